// A queue of entries, newest in front, linked through the entries themselves: every step takes constant time and no
// memory.
#pragma once

#include <cassert>
#include <cstddef>

#include "cache/entry.h"

namespace rookery::cache {

/// Links entries, owns none. An entry is in at most one list.
class EntryList {
 public:
  bool empty() const { return front_ == nullptr; }
  std::size_t size() const { return size_; }
  /// The oldest; null if the list is empty.
  Entry* back() const { return back_; }

  void PushFront(Entry* entry) {
    entry->links = {.previous = nullptr, .next = front_};
    (front_ != nullptr ? front_->links.previous : back_) = entry;
    front_ = entry;
    ++size_;
  }

  /// REQUIRES: `entry` is in this list.
  void Remove(Entry* entry) {
    assert(size_ > 0);
    const Entry::Links links = entry->links;
    (links.previous != nullptr ? links.previous->links.next : front_) = links.next;
    (links.next != nullptr ? links.next->links.previous : back_) = links.previous;
    --size_;
  }

  void MoveToFront(Entry* entry) {
    if (entry == front_) return;
    Remove(entry);
    PushFront(entry);
  }

 private:
  Entry* front_ = nullptr;
  Entry* back_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rookery::cache
