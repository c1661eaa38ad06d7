#include "engine/rocksdb/blob_format.h"

#include <algorithm>
#include <string>

#include "base/macros.h"
#include "engine/rocksdb/crc32c.h"
#include "engine/rocksdb/data_reader.h"

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

/// `next` fills what it is given with the bytes that come next; false: they are not there.
void CheckRows(std::uint64_t size, const std::function<bool(std::string*)>& next, const TakeBlobDamage& damage) {
  std::string bytes;
  const auto read = [&](std::uint64_t count) {
    bytes.resize(count);
    return next(&bytes);
  };
  if (size < kHead + kFoot || !read(kHead) || Number(bytes, 0, 4) != kMagic) {
    damage({.offset = 0});
    return;
  }
  std::uint64_t at = kHead;
  while (at < size - kFoot) {
    if (size - kFoot - at < kRowHead || !read(kRowHead) ||
        !Fits(Number(bytes, 24, 4), ExtendCrc32c(0, std::string_view(bytes).substr(0, 24)))) {
      damage({.offset = at});
      return;
    }
    const std::uint64_t key_size = Number(bytes, 0, 8);
    const std::uint64_t value_size = Number(bytes, 8, 8);
    const std::uint64_t stored = Number(bytes, 28, 4);
    const std::uint64_t left = size - kFoot - at - kRowHead;
    if (key_size > left || value_size > left - key_size || !read(key_size + value_size)) {
      damage({.offset = at});
      return;
    }
    if (!Fits(stored, ExtendCrc32c(0, bytes)))
      damage({.offset = at, .key = std::string_view(bytes).substr(0, key_size)});
    at += kRowHead + key_size + value_size;
  }
  if (!read(kFoot) || Number(bytes, 0, 4) != kMagic ||
      !Fits(Number(bytes, 28, 4), ExtendCrc32c(0, std::string_view(bytes).substr(0, 28)))) {
    damage({.offset = at});
  }
}

}  // namespace

Status CheckBlobFile(const std::filesystem::path& path, const crypto::KeyRing* keys, const TakeBlobDamage& damage) {
  RK_ASSIGN_OR_RETURN(DataReader file, DataReader::Open(path, keys));
  CheckRows(
      file.bytes(), [&file](std::string* bytes) { return file.Read(bytes).ok(); }, damage);
  return {};
}

void CheckBlobData(std::string_view data, const TakeBlobDamage& damage) {
  std::string_view rest = data;
  const auto next = [&rest](std::string* bytes) {
    if (rest.size() < bytes->size()) return false;
    bytes->assign(rest.substr(0, bytes->size()));
    rest.remove_prefix(bytes->size());
    return true;
  };
  CheckRows(data.size(), next, damage);
}

}  // namespace rookery::engine
