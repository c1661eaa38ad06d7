#include "engine/rocksdb/table_end.h"

#include <xxhash.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace rookery::engine {
namespace {

constexpr std::size_t kFoot = 53;
constexpr std::size_t kTrailer = 5;
constexpr std::uint64_t kMagic = 0x88E241B785F4CFF7;
constexpr std::uint32_t kFormat = 5;
constexpr char kXxh3 = 4;
/// Properties have some kilobytes, and range deletions hardly more.
constexpr std::uint64_t kMostTails = std::uint64_t{8} << 10;
constexpr std::uint64_t kMaxTail = std::uint64_t{64} << 20;

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

/// The end of a file, as much of it as was wanted so far.
class Tail {
 public:
  Tail(std::uint64_t size, const ReadTableBytes& read) : read_(read), begin_(size) {}

  /// From `offset` on; false: it cannot be read.
  bool Reach(std::uint64_t offset) {
    if (offset >= begin_) return true;
    std::string before;
    if (begin_ - offset > kMaxTail || !read_(offset, begin_ - offset, &before)) return false;
    bytes_.insert(0, before);
    begin_ = offset;
    return true;
  }
  /// A block that ends before `end`; nothing if it is damaged.
  std::optional<std::string_view> Block(const Place& place, std::uint64_t end) {
    if (place.size > end || place.offset > end - place.size || end - place.size - place.offset < kTrailer ||
        !Reach(place.offset)) {
      return std::nullopt;
    }
    const std::string_view bytes = From(place.offset).substr(0, place.size + kTrailer);
    const std::uint64_t stored = Reader(bytes.substr(place.size + 1)).Fixed(4);
    if (stored != ChecksumOf(bytes.substr(0, place.size), bytes[place.size])) return std::nullopt;
    return bytes.substr(0, place.size);
  }
  /// REQUIRES: it was reached.
  std::string_view From(std::uint64_t offset) const { return std::string_view(bytes_).substr(offset - begin_); }
  TableEnd Take() { return {.damage = {}, .begin = begin_, .bytes = std::move(bytes_)}; }

 private:
  const ReadTableBytes& read_;
  std::uint64_t begin_;
  std::string bytes_;
};

struct MetaIndex {
  std::optional<Place> properties;
  std::optional<Place> range_deletions;
};

/// nullopt: `block` is not what a meta index is.
std::optional<MetaIndex> ParseMetaIndex(std::string_view block) {
  if (block.size() < 4) return std::nullopt;
  // Behind the entries: where some of them begin, 4 bytes each, and how many of these there are.
  const std::uint64_t restarts = Reader(block.substr(block.size() - 4)).Fixed(4);
  if (restarts > (block.size() - 4) / 4) return std::nullopt;
  Reader entries(block.substr(0, block.size() - 4 - 4 * restarts));
  MetaIndex index;
  std::string name;
  while (!entries.empty()) {
    const std::uint64_t shared = entries.Varint();  // with the name before it
    const std::uint64_t own = entries.Varint();
    const std::uint64_t value_size = entries.Varint();
    if (shared > name.size()) return std::nullopt;
    name.resize(shared);
    name += entries.Bytes(own);
    Reader value(entries.Bytes(value_size));
    if (entries.failed()) return std::nullopt;
    Place place{.offset = value.Varint()};
    place.size = value.Varint();
    if (value.failed()) continue;
    if (name == "rocksdb.properties") index.properties = place;
    if (name == "rocksdb.range_del") index.range_deletions = place;
  }
  return index;
}

TableEnd Damaged(std::string what) { return {.damage = std::move(what)}; }

}  // namespace

TableEnd ReadTableEnd(std::uint64_t size, const ReadTableBytes& read) {
  Tail tail(size, read);
  if (size < kFoot || !tail.Reach(size - std::min(size, kMostTails))) return Damaged("it has no foot");
  const std::string_view foot = tail.From(size - kFoot);
  Reader end(foot.substr(kFoot - 12));
  const std::uint64_t format = end.Fixed(4);
  if (end.Fixed(8) != kMagic || format != kFormat || foot[0] != kXxh3) return Damaged("its foot is damaged");
  Reader places(foot.substr(1, 40));
  Place meta{.offset = places.Varint()};
  meta.size = places.Varint();
  if (places.failed()) return Damaged("its foot is damaged");
  const std::optional<std::string_view> block = tail.Block(meta, size - kFoot);
  if (!block) return Damaged("its foot or its meta index is damaged");
  const std::optional<MetaIndex> index = ParseMetaIndex(*block);
  if (!index || !index->properties) return Damaged("its meta index does not say where its properties are");
  if (!tail.Block(*index->properties, size - kFoot)) return Damaged("its properties are damaged");
  if (index->range_deletions && !tail.Block(*index->range_deletions, size - kFoot)) {
    return Damaged("its range deletions are damaged");
  }
  return tail.Take();
}

}  // namespace rookery::engine
