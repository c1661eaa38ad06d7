// The hash table of a shard: buckets of one cache line, seven links and a control word each.
//
// Readers search it without a lock; all changes are made under the shard's lock. An entry lies in the bucket of its key
// or in one of the few behind it; each bucket counts how many entries passed it, so a search knows where to stop and an
// erased entry leaves nothing behind. Any number of buckets will do, so a table grows by a part of itself and is never
// half empty.
//
// The control word of a key's bucket is also the lease of the key: a version that every write to one of the bucket's
// keys moves, and the number of writes under way. What was read from the store may be put into the cache only if
// neither changed since before the reading (docs/cache.md, "Never stale").
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "cache/bucket.h"
#include "cache/entry.h"
#include "cache/equal_bytes.h"
#include "cache/key.h"

namespace rookery::cache {

/// Thread-safe for Find and ControlOf within an epoch; everything else under the shard's lock.
class Table {
 public:
  /// How far from its bucket an entry may lie. In a table that is three quarters full most lie in their own, and one in
  /// ten thousand has no room in reach.
  static constexpr std::size_t kReach = 16;

  /// `homes`: how many buckets are some key's own, 1 to 2^32 - 1. `generation`: tells tables of one shard apart.
  Table(std::size_t homes, std::uint32_t generation);

  /// The entry with this key, or null.
  Entry* Find(const Key& key) const;
  Control ControlOf(const Key& key) const { return Control(BucketOf(key).control.load(std::memory_order_seq_cst)); }
  void SetControl(const Key& key, Control control) {
    BucketOf(key).control.store(control.word(), std::memory_order_seq_cst);
  }

  /// False if there is no room within reach: erase what InTheWay gives, then there is. REQUIRES: the key is not there.
  bool Insert(Entry* entry, const Key& key);
  Entry* InTheWay(const Key& key) const;
  /// Whether the entry was there.
  bool Erase(const Entry* entry, const Key& key);

  /// All that there are: those behind the last key's for what finds no room there as well.
  std::size_t buckets() const { return homes_ + kReach - 1; }
  std::size_t memory_bytes() const { return BytesFor(homes_); }
  static std::size_t BytesFor(std::size_t homes) { return (homes + kReach - 1) * sizeof(Bucket); }
  /// For so many entries, with room for some more.
  static std::size_t HomesFor(std::size_t entries) { return entries * 5 / (Bucket::kSlots * 3) + 1; }
  std::uint32_t generation() const { return generation_; }
  std::size_t size() const { return size_; }
  bool crowded() const { return size_ * 4 > homes_ * Bucket::kSlots * 3; }
  /// Whether a larger table would help when there is no room in reach: with less in it, the hashes are to blame.
  bool half_full() const { return size_ * 2 > homes_ * Bucket::kSlots; }
  /// How many there are to be in the next table.
  std::size_t NextHomes() const { return homes_ + homes_ / 4; }

  /// Calls visit(entry) for each entry in bucket `index` < buckets().
  template <typename Visit>
  void VisitBucket(std::size_t index, Visit&& visit) const {
    for (const auto& slot : buckets_[index].slots) {
      if (Entry* entry = Link::EntryIn(slot.load(std::memory_order_relaxed))) visit(entry);
    }
  }

 private:
  Bucket& BucketOf(const Key& key) const { return buckets_[std::uint64_t{key.bucket()} * homes_ >> 32]; }

  const std::size_t homes_;  // buckets that are some key's own
  const std::uint32_t generation_;
  std::size_t size_ = 0;
  const std::unique_ptr<Bucket[]> buckets_;
};

inline Entry* Table::Find(const Key& key) const {
  const Bucket* const home = &BucketOf(key);
  for (std::size_t step = 0; step < kReach; ++step) {
    const Bucket& bucket = home[step];
    for (unsigned matches = bucket.Match(key.tag()); matches != 0; matches &= matches - 1) {
      const auto& slot = bucket.slots[static_cast<std::size_t>(std::countr_zero(matches))];
      Entry* const entry = Link::EntryIn(slot.load(std::memory_order_seq_cst));
      if (entry == nullptr) continue;
      entry->Prefetch();
      if (EqualBytes(entry->key(), key.bytes())) return entry;
    }
    if (!Control(bucket.control.load(std::memory_order_seq_cst)).passed()) return nullptr;
  }
  return nullptr;
}

}  // namespace rookery::cache
