#include "engine/rocksdb/blob_format.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include "engine/rocksdb/crc32c.h"
#include "engine/rocksdb/file_error.h"

namespace rookery::engine {
namespace {

constexpr std::uint64_t kHead = 30;
constexpr std::uint64_t kFoot = 32;
constexpr std::uint64_t kRowHead = 32;
constexpr std::uint32_t kMagic = 2395959;

std::uint64_t Number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= std::uint64_t{static_cast<std::uint8_t>(bytes[at + i])} << (8U * i);
  return number;
}

bool Fits(std::uint64_t stored, std::uint32_t crc) { return stored == MaskedCrc32c(crc); }

}  // namespace

Status CheckBlobFile(const std::filesystem::path& path, const std::function<void(const BlobDamage&)>& damage) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) return FileError(path, "look at", error);
  std::ifstream file(path, std::ios::binary);
  if (!file) return FileError(path, "open", errno);
  std::string bytes;
  const auto read = [&](std::uint64_t count) {
    bytes.resize(count);
    return static_cast<bool>(file.read(bytes.data(), static_cast<std::streamsize>(count)));
  };
  if (size < kHead + kFoot || !read(kHead) || Number(bytes, 0, 4) != kMagic) {
    damage({.offset = 0});
    return {};
  }
  std::uint64_t at = kHead;
  while (at < size - kFoot) {
    if (size - kFoot - at < kRowHead || !read(kRowHead) ||
        !Fits(Number(bytes, 24, 4), ExtendCrc32c(0, std::string_view(bytes).substr(0, 24)))) {
      damage({.offset = at});
      return {};
    }
    const std::uint64_t key_size = Number(bytes, 0, 8);
    const std::uint64_t value_size = Number(bytes, 8, 8);
    const std::uint64_t stored = Number(bytes, 28, 4);
    const std::uint64_t left = size - kFoot - at - kRowHead;
    if (key_size > left || value_size > left - key_size || !read(key_size + value_size)) {
      damage({.offset = at});
      return {};
    }
    if (!Fits(stored, ExtendCrc32c(0, bytes)))
      damage({.offset = at, .key = std::string_view(bytes).substr(0, key_size)});
    at += kRowHead + key_size + value_size;
  }
  if (!read(kFoot) || Number(bytes, 0, 4) != kMagic ||
      !Fits(Number(bytes, 28, 4), ExtendCrc32c(0, std::string_view(bytes).substr(0, 28)))) {
    damage({.offset = at});
  }
  return {};
}

}  // namespace rookery::engine
