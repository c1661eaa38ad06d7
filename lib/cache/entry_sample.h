// The entries of a policy that evicts by rank without keeping all of them in order: about the lowest goes.
//
// Idea: a victim is looked for among a few random entries and a small pool of the lowest that earlier searches saw,
// which compete again; so that few samples come near to an exact order (Redis does so since 3.0). Ranks are read anew
// for each search, as hits change them. Entry::queue says whether an entry is in the pool.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "cache/entry_array.h"
#include "cache/split_mix.h"

namespace rookery::cache {

/// Owns no entry.
class EntrySample {
 public:
  explicit EntrySample(std::uint64_t seed) : random_(seed) {}

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  std::size_t memory_bytes() const { return entries_.memory_bytes(); }

  void Add(Entry* entry) {
    entry->queue = kOutside;
    entries_.Add(entry);
  }

  /// REQUIRES: `entry` was added and not removed.
  void Remove(Entry* entry) {
    if (entry->queue == kPooled)
      DropFromPool(std::find_if(pool_.begin(), PoolEnd(), [&](const Candidate& c) { return c.entry == entry; }));
    entries_.Remove(entry);
  }

  /// Removes an entry of which `rank(entry)`, a std::int32_t, is about the lowest. REQUIRES: not empty.
  template <typename Rank>
  Entry* RemoveLowest(Rank rank) {
    RefreshPool(rank);
    for (int i = 0; i < kSamples; ++i) {
      Entry* entry = entries_.Any(&random_);
      if (entry->queue != kPooled) Offer({rank(*entry), entry});
    }
    Entry* lowest = pool_.front().entry;
    Remove(lowest);
    return lowest;
  }

 private:
  static constexpr int kSamples = 10;
  static constexpr std::size_t kPoolSize = 16;
  static constexpr std::uint8_t kOutside = 0;
  static constexpr std::uint8_t kPooled = 1;

  struct Candidate {
    std::int32_t rank;
    Entry* entry;
  };
  using Pool = std::array<Candidate, kPoolSize>;

  Pool::iterator PoolEnd() { return pool_.begin() + static_cast<std::ptrdiff_t>(pooled_); }

  template <typename Rank>
  void RefreshPool(Rank rank) {
    const std::size_t size = pooled_;
    for (pooled_ = 0; pooled_ < size;) {
      Candidate candidate = pool_[pooled_];
      candidate.rank = rank(*candidate.entry);
      InsertInOrder(candidate);
    }
  }

  void Offer(Candidate candidate) {
    if (pooled_ == kPoolSize) {
      if (candidate.rank >= pool_.back().rank) return;
      DropFromPool(PoolEnd() - 1);
    }
    candidate.entry->queue = kPooled;
    InsertInOrder(candidate);
  }

  /// REQUIRES: the pool is in order and not full. It mostly was in order before, so this rarely moves anything.
  void InsertInOrder(Candidate candidate) {
    std::size_t place = pooled_++;
    for (; place > 0 && pool_[place - 1].rank > candidate.rank; --place) pool_[place] = pool_[place - 1];
    pool_[place] = candidate;
  }

  void DropFromPool(Pool::iterator candidate) {
    candidate->entry->queue = kOutside;
    std::move(candidate + 1, PoolEnd(), candidate);
    --pooled_;
  }

  EntryArray entries_;
  Pool pool_{};  // lowest rank first, as it was when the last victim was looked for
  std::size_t pooled_ = 0;
  SplitMix random_;
};

}  // namespace rookery::cache
