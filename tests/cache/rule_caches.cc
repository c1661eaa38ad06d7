#include "tests/cache/rule_caches.h"

#include <algorithm>
#include <iterator>

namespace rookery::testing {
namespace {

constexpr unsigned kPromotedAt = 2;
constexpr unsigned kMostHits = 3;

}  // namespace

bool InCacheLfu::Access(std::uint32_t key, std::size_t size) {
  ++time_;
  if (const auto found = items_.find(key); found != items_.end()) {
    Item& item = found->second;
    order_.erase({item.count, item.touched, key});
    order_.emplace(++item.count, item.touched = time_, key);
    return true;
  }
  if (size > capacity_) return false;
  while (used_ + size > capacity_) {
    const std::uint32_t victim = std::get<2>(*order_.begin());
    order_.erase(order_.begin());
    used_ -= items_.at(victim).size;
    items_.erase(victim);
  }
  items_[key] = {1, time_, size};
  order_.emplace(1, time_, key);
  used_ += size;
  return false;
}

S3Fifo::S3Fifo(std::size_t capacity) : capacity_(capacity) {
  small_.capacity = capacity / 10;
  main_.capacity = capacity - small_.capacity;
  ghost_.capacity = capacity / 10 * 9;
}

void S3Fifo::Push(Queue* queue, Item item) {
  queue->items.push_front(item);
  queue->used += item.size;
  index_[item.key] = {queue, queue->items.begin()};
}

S3Fifo::Item S3Fifo::Pop(Queue* queue, Place place) {
  const Item item = *place;
  queue->items.erase(place);
  queue->used -= item.size;
  index_.erase(item.key);
  return item;
}

bool S3Fifo::Access(std::uint32_t key, std::size_t size) {
  const auto found = index_.find(key);
  const bool is_ghost = found != index_.end() && found->second.queue == &ghost_;
  if (found != index_.end() && !is_ghost) {
    ++found->second.place->hits;
    return true;
  }
  if (is_ghost) Pop(&ghost_, found->second.place);
  if (size > small_.capacity) return false;
  while (small_.used + main_.used + size > capacity_) {
    if (main_.used > main_.capacity || small_.items.empty()) {
      EvictFromMain();
    } else {
      EvictFromSmall();
    }
  }
  Push(is_ghost ? &main_ : &small_, {key, size, 0});
  return false;
}

void S3Fifo::EvictFromSmall() {
  while (!small_.items.empty()) {
    Item item = Pop(&small_, std::prev(small_.items.end()));
    const bool promoted = item.hits >= kPromotedAt;
    item.hits = 0;
    if (promoted) {
      Push(&main_, item);
      continue;
    }
    while (ghost_.used + item.size > ghost_.capacity) Pop(&ghost_, std::prev(ghost_.items.end()));
    Push(&ghost_, item);
    return;
  }
}

void S3Fifo::EvictFromMain() {
  for (;;) {
    Item item = Pop(&main_, std::prev(main_.items.end()));
    if (item.hits == 0) return;
    item.hits = std::min(item.hits, kMostHits) - 1;
    Push(&main_, item);
  }
}

}  // namespace rookery::testing
