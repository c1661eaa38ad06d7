// CRC-32C (Castagnoli), by which RocksDB guards records of logs, of manifests and of blob files.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::engine {

/// The checksum of what `crc` is of, followed by `bytes`. 0: of nothing.
std::uint32_t ExtendCrc32c(std::uint32_t crc, std::string_view bytes);

/// As it is stored: a checksum of bytes that have checksums in them would be a weak one.
constexpr std::uint32_t MaskedCrc32c(std::uint32_t crc) { return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U; }

}  // namespace rookery::engine
