// The hash table of a shard: buckets of one cache line, seven links and a control word each.
//
// Readers search it without a lock; all changes are made under the shard's lock. An entry lies in the bucket of its key
// or in one of the few behind it; each bucket counts how many entries passed it, so a search knows where to stop and an
// erased entry leaves nothing behind.
//
// The control word of a key's bucket is also the lease of the key: a version that every write to one of the bucket's
// keys moves, and the number of writes under way. What was read from the store may be put into the cache only if
// neither changed since before the reading (docs/cache.md, "Never stale").
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "cache/entry.h"
#include "cache/key.h"

namespace rookery::cache {

/// { entries that passed 8 | writes under way 16 | version 40 }
class Control {
 public:
  explicit Control(std::uint64_t word) : word_(word) {}

  std::uint64_t version() const { return word_ & kVersionMask; }
  std::uint64_t pending() const { return (word_ >> kPendingShift) & 0xFFFF; }
  bool passed() const { return word_ >> kPassedShift != 0; }

  Control Bumped() const { return Control((word_ & ~kVersionMask) | ((word_ + 1) & kVersionMask)); }
  Control WithPending(int change) const { return Control(word_ + static_cast<std::uint64_t>(change) * kOnePending); }
  Control WithPassed(int change) const { return Control(word_ + static_cast<std::uint64_t>(change) * kOnePassed); }
  std::uint64_t word() const { return word_; }

 private:
  static constexpr int kPendingShift = 40;
  static constexpr int kPassedShift = 56;
  static constexpr std::uint64_t kVersionMask = (std::uint64_t{1} << kPendingShift) - 1;
  static constexpr std::uint64_t kOnePending = std::uint64_t{1} << kPendingShift;
  static constexpr std::uint64_t kOnePassed = std::uint64_t{1} << kPassedShift;

  std::uint64_t word_;
};

/// Thread-safe for Find and ControlOf within an epoch; everything else under the shard's lock.
class Table {
 public:
  static constexpr std::size_t kSlots = 7;
  /// How far from its bucket an entry may lie. With the tables three quarters full hardly any is further than two.
  static constexpr std::size_t kReach = 8;

  /// `buckets`: a power of two. `generation`: tells tables of one shard apart.
  Table(std::size_t buckets, std::uint32_t generation);

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

  std::size_t buckets() const { return mask_ + 1; }
  std::size_t memory_bytes() const { return buckets() * sizeof(Bucket); }
  std::uint32_t generation() const { return generation_; }
  std::size_t size() const { return size_; }
  bool crowded() const { return size_ * 4 > buckets() * kSlots * 3; }

  /// Calls visit(entry) for each entry in bucket `index`.
  template <typename Visit>
  void VisitBucket(std::size_t index, Visit&& visit) const {
    for (const auto& slot : buckets_[index & mask_].slots) {
      if (Entry* entry = EntryIn(slot.load(std::memory_order_relaxed))) visit(entry);
    }
  }

 private:
  struct alignas(64) Bucket {
    std::atomic<std::uint64_t> control{0};
    std::array<std::atomic<std::uint64_t>, kSlots> slots{};  // { tag 16 | address 48 }; 0: free
  };
  static constexpr int kTagShift = 48;

  static std::uint64_t LinkTo(const Entry* entry, const Key& key) {
    return reinterpret_cast<std::uintptr_t>(entry) | key.tag() << kTagShift;
  }
  static Entry* EntryIn(std::uint64_t link) {
    return reinterpret_cast<Entry*>(link & ((std::uint64_t{1} << kTagShift) - 1));
  }
  Bucket& BucketOf(const Key& key) const { return buckets_[key.bucket() & mask_]; }

  const std::size_t mask_;
  const std::uint32_t generation_;
  std::size_t size_ = 0;
  const std::unique_ptr<Bucket[]> buckets_;
};

inline Entry* Table::Find(const Key& key) const {
  const std::uint64_t tag = key.tag();
  for (std::size_t step = 0; step < kReach; ++step) {
    const Bucket& bucket = buckets_[(key.bucket() + step) & mask_];
    std::array<std::uint64_t, kSlots> links;
    unsigned candidates = 0;
    // Without branches: where in the bucket the entry lies cannot be predicted.
#pragma GCC unroll 7
    for (std::size_t i = 0; i < kSlots; ++i) {
      links[i] = bucket.slots[i].load(std::memory_order_seq_cst);
      candidates |= static_cast<unsigned>(links[i] >> kTagShift == tag) << i;
    }
    for (; candidates != 0; candidates &= candidates - 1) {
      Entry* const entry = EntryIn(links[static_cast<std::size_t>(__builtin_ctz(candidates))]);
      if (entry != nullptr && entry->key() == key.bytes()) return entry;
    }
    if (!Control(bucket.control.load(std::memory_order_seq_cst)).passed()) return nullptr;
  }
  return nullptr;
}

}  // namespace rookery::cache
