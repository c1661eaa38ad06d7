// A key and what its hash says about where its entry belongs.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::cache {

/// A view: the bytes must outlive it. Made by Cache::KeyOf, as the hash is seeded per cache.
class Key {
 public:
  Key(std::string_view bytes, std::uint64_t hash) : bytes_(bytes), spread_(Spread(hash)) {}

  /// A key of that Key::hash, without its bytes: good for its place only.
  static Key PlaceOf(std::uint64_t hash) {
    Key key({}, 0);
    key.spread_ = hash;
    return key;
  }

  std::string_view bytes() const { return bytes_; }
  /// The three do not overlap, whatever the number of shards and buckets.
  std::size_t shard() const { return spread_ >> 56; }
  std::uint32_t bucket() const { return static_cast<std::uint32_t>(spread_ >> 24); }
  std::uint64_t tag() const { return spread_ & 0xFFFF; }
  /// For policies and samples: every bit depends on the whole key.
  std::uint64_t hash() const { return spread_; }

 private:
  /// Folds the halves together, so that keys whose hashes agree in one half still spread by the other.
  static std::uint64_t Spread(std::uint64_t hash) {
    const std::uint64_t folded = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15U;
    return folded ^ (folded >> 32);
  }

  std::string_view bytes_;
  std::uint64_t spread_;
};

}  // namespace rookery::cache
