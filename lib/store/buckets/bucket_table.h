// The channels of a part of the bucket map: a flat table of hashes and pointers, so that a lookup reads one line of the
// table and then the entry that it is for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/buckets/channel_buckets.h"

namespace rookery::store {

/// What is in memory of a channel.
struct BucketEntry {
  std::uint64_t hash;
  std::string channel;
  ChannelBuckets buckets;
  std::uint64_t generation;
  std::size_t bytes = 0;
  bool used = false;  // since the eviction looked at it last
};

/// Linear probing; what is erased leaves no mark, as those behind it move up. Not thread-safe. Entries stay where they
/// are until they are erased.
class BucketTable {
 public:
  /// The lowest bits of hashes choose the table.
  static constexpr unsigned kHashBitsSpent = 6;

  /// Null if it is not there. `hash`: of the channel.
  BucketEntry* Find(std::uint64_t hash, std::string_view channel) const {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = HomeOf(hash); slots_[at].entry != nullptr; at = After(at)) {
      if (slots_[at].hash == hash && slots_[at].entry->channel == channel) return slots_[at].entry.get();
    }
    return nullptr;
  }
  /// Likely the entry with this hash, without a look at it.
  const BucketEntry* Guess(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = HomeOf(hash); slots_[at].entry != nullptr; at = After(at)) {
      if (slots_[at].hash == hash) return slots_[at].entry.get();
    }
    return nullptr;
  }
  /// REQUIRES: its channel is not there.
  BucketEntry& Insert(BucketEntry entry);
  void Erase(const BucketEntry& entry);
  void Clear() { *this = {}; }
  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::unique_ptr<BucketEntry> entry;
  };
  std::size_t HomeOf(std::uint64_t hash) const { return (hash >> kHashBitsSpent) & (slots_.size() - 1); }
  std::size_t After(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
  void Place(Slot slot);
  void Grow();

  std::vector<Slot> slots_;  // a power of two, at least a quarter of them empty
  std::size_t size_ = 0;
};

}  // namespace rookery::store
