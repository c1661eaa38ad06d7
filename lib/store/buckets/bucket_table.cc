#include "store/buckets/bucket_table.h"

#include <algorithm>
#include <utility>

namespace rookery::store {

BucketEntry& BucketTable::Insert(BucketEntry entry) {
  if (4 * (size_ + 1) > 3 * slots_.size()) Grow();
  ++size_;
  auto owned = std::make_unique<BucketEntry>(std::move(entry));
  BucketEntry& placed = *owned;
  Place({placed.hash, std::move(owned)});
  return placed;
}

void BucketTable::Place(Slot slot) {
  std::size_t at = HomeOf(slot.hash);
  while (slots_[at].entry != nullptr) at = After(at);
  slots_[at] = std::move(slot);
}

void BucketTable::Grow() {
  constexpr std::size_t kLeast = 16;
  std::vector<Slot> old(std::max(kLeast, 2 * slots_.size()));
  old.swap(slots_);
  for (Slot& slot : old) {
    if (slot.entry != nullptr) Place(std::move(slot));
  }
}

void BucketTable::Erase(const BucketEntry& entry) {
  std::size_t hole = HomeOf(entry.hash);
  while (slots_[hole].entry.get() != &entry) hole = After(hole);
  --size_;
  slots_[hole] = {};
  // Whoever would not be found any more, as the way from its home leads over the hole, moves into it.
  for (std::size_t at = After(hole); slots_[at].entry != nullptr; at = After(at)) {
    const std::size_t mask = slots_.size() - 1;
    const std::size_t way = (at - HomeOf(slots_[at].hash)) & mask;
    if (way < ((at - hole) & mask)) continue;
    slots_[hole] = std::exchange(slots_[at], {});
    hole = at;
  }
}

}  // namespace rookery::store
