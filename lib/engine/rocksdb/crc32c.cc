#include "engine/rocksdb/crc32c.h"

#include <array>
#include <cstddef>

namespace rookery::engine {
namespace {

constexpr std::size_t kTables = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, kTables>;

/// tables[k][b]: what byte b does to a checksum that k more bytes follow.
constexpr Tables MakeTables() {
  constexpr std::uint32_t kPolynomial = 0x82F63B78U;
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < kTables; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t crc = tables[k - 1][byte];
      tables[k][byte] = (crc >> 8U) ^ tables[0][crc & 0xFFU];
    }
  }
  return tables;
}

constexpr Tables kByByte = MakeTables();

}  // namespace

std::uint32_t ExtendCrc32c(std::uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  std::size_t at = 0;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[at + i]); };
  for (; bytes.size() - at >= kTables; at += kTables) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < kTables; ++i) {
      const std::uint32_t of_crc = i < 4 ? (crc >> (8U * i)) & 0xFFU : 0U;
      next ^= kByByte[kTables - 1 - i][byte(i) ^ of_crc];
    }
    crc = next;
  }
  for (; at < bytes.size(); ++at) crc = (crc >> 8U) ^ kByByte[0][(crc ^ byte(0)) & 0xFFU];
  return ~crc;
}

}  // namespace rookery::engine
