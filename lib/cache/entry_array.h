// The entries of a policy that looks at random ones: an array without gaps. Entry::index is an entry's place in it; the
// last one fills the place of one that leaves.
#pragma once

#include <cassert>
#include <cstddef>
#include <vector>

#include "cache/entry.h"
#include "cache/split_mix.h"

namespace rookery::cache {

/// Owns no entry.
class EntryArray {
 public:
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(void*); }

  void Add(Entry* entry) {
    entry->index = entries_.size();
    entries_.push_back(entry);
  }

  /// REQUIRES: `entry` is in this array.
  void Remove(Entry* entry) {
    assert(entries_[entry->index] == entry);
    entries_[entry->index] = entries_.back();
    entries_[entry->index]->index = entry->index;
    entries_.pop_back();
    if (entries_.size() < entries_.capacity() / kSlack) entries_.shrink_to_fit();
  }

  /// REQUIRES: not empty.
  Entry* Any(SplitMix* random) const { return entries_[random->Below(entries_.size())]; }

 private:
  static constexpr std::size_t kSlack = 8;

  std::vector<Entry*> entries_;
};

}  // namespace rookery::cache
