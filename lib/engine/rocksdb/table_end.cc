#include "engine/rocksdb/table_end.h"

#include <xxhash.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace rookery::engine {
namespace {

constexpr std::size_t kFoot = 53;
constexpr std::size_t kTrailer = 5;
constexpr std::uint64_t kMagic = 0x88E241B785F4CFF7;
constexpr std::uint32_t kFormat = 5;
constexpr char kXxh3 = 4;
/// Of blocks that are read here: properties have some kilobytes.
constexpr std::uint64_t kMaxBlock = std::uint64_t{16} << 20;

/// Takes little-endian numbers off the front; after what is not there all are 0.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t Varint() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::string_view byte = Bytes(1);
      if (failed_) return 0;
      const auto bits = static_cast<std::uint8_t>(byte[0]);
      number |= std::uint64_t{bits & 0x7FU} << shift;
      if (bits < 0x80U) return number;
    }
    failed_ = true;
    return 0;
  }
  std::uint64_t Fixed(std::size_t size) {
    const std::string_view bytes = Bytes(size);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      number |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
    }
    return number;
  }
  std::string_view Bytes(std::uint64_t count) {
    failed_ = failed_ || count > rest_.size();
    const std::string_view bytes = rest_.substr(0, failed_ ? 0 : count);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  bool failed() const { return failed_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

struct Place {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// As RocksDB computes it: the last byte, how the block is packed, is mixed in afterwards.
std::uint32_t ChecksumOf(std::string_view block, char packing) {
  constexpr std::uint32_t kPrime = 0x6B9083D9;
  return static_cast<std::uint32_t>(XXH3_64bits(block.data(), block.size())) ^
         static_cast<std::uint8_t>(packing) * kPrime;
}

/// A block, or nothing if it is damaged.
std::optional<std::string> ReadBlock(const Place& place, std::uint64_t end, const ReadTableBytes& read) {
  if (place.size > std::min(kMaxBlock, end) || place.offset > end - place.size ||
      end - place.size - place.offset < kTrailer) {
    return std::nullopt;
  }
  std::string bytes;
  if (!read(place.offset, place.size + kTrailer, &bytes)) return std::nullopt;
  const auto block = std::string_view(bytes).substr(0, place.size);
  const std::uint64_t stored = Reader(std::string_view(bytes).substr(place.size + 1)).Fixed(4);
  if (stored != ChecksumOf(block, bytes[place.size])) return std::nullopt;
  bytes.resize(place.size);
  return bytes;
}

/// Where the properties are. nullopt: `block` is not what a meta index is, or does not name them.
std::optional<Place> FindProperties(std::string_view block) {
  constexpr std::string_view kName = "rocksdb.properties";
  if (block.size() < 4) return std::nullopt;
  // Behind the entries: where some of them begin, 4 bytes each, and how many of these there are.
  const std::uint64_t restarts = Reader(block.substr(block.size() - 4)).Fixed(4);
  if (restarts > (block.size() - 4) / 4) return std::nullopt;
  Reader entries(block.substr(0, block.size() - 4 - 4 * restarts));
  std::string name;
  while (!entries.empty() && !entries.failed()) {
    const std::uint64_t shared = entries.Varint();  // with the name before it
    const std::uint64_t own = entries.Varint();
    const std::uint64_t value_size = entries.Varint();
    if (shared > name.size()) return std::nullopt;
    name.resize(shared);
    name += entries.Bytes(own);
    Reader value(entries.Bytes(value_size));
    if (name != kName) continue;
    Place place{.offset = value.Varint()};
    place.size = value.Varint();
    return value.failed() ? std::nullopt : std::optional(place);
  }
  return std::nullopt;
}

}  // namespace

std::string DamageOfTableEnd(std::uint64_t size, const ReadTableBytes& read) {
  std::string bytes;
  if (size < kFoot || !read(size - kFoot, kFoot, &bytes)) return "it has no foot";
  Reader end(std::string_view(bytes).substr(kFoot - 12));
  const std::uint64_t format = end.Fixed(4);
  if (end.Fixed(8) != kMagic || format != kFormat || bytes[0] != kXxh3) return "its foot is damaged";
  Reader foot(std::string_view(bytes).substr(1, 40));
  Place meta{.offset = foot.Varint()};
  meta.size = foot.Varint();
  if (foot.failed()) return "its foot is damaged";
  const std::optional<std::string> block = ReadBlock(meta, size - kFoot, read);
  if (!block) return "its foot or its meta index is damaged";
  const std::optional<Place> properties = FindProperties(*block);
  if (!properties) return "its meta index does not say where its properties are";
  return ReadBlock(*properties, size - kFoot, read) ? "" : "its properties are damaged";
}

}  // namespace rookery::engine
