#include "cache/table.h"

namespace rookery::cache {

Table::Table(std::size_t buckets, std::uint32_t generation)
    : mask_(buckets - 1), generation_(generation), buckets_(std::make_unique<Bucket[]>(buckets)) {}

bool Table::Insert(Entry* entry, const Key& key) {
  for (std::size_t step = 0; step < kReach; ++step) {
    for (auto& slot : buckets_[(key.bucket() + step) & mask_].slots) {
      if (slot.load(std::memory_order_relaxed) != 0) continue;
      // Those who search are told to go on before there is something to find.
      for (std::size_t i = 0; i < step; ++i) {
        auto& control = buckets_[(key.bucket() + i) & mask_].control;
        control.store(Control(control.load(std::memory_order_relaxed)).WithPassed(1).word(), std::memory_order_seq_cst);
      }
      slot.store(LinkTo(entry, key), std::memory_order_seq_cst);
      ++size_;
      return true;
    }
  }
  return false;
}

Entry* Table::InTheWay(const Key& key) const {
  const Bucket& home = BucketOf(key);
  return EntryIn(home.slots[key.tag() % kSlots].load(std::memory_order_relaxed));
}

bool Table::Erase(const Entry* entry, const Key& key) {
  const std::uint64_t link = LinkTo(entry, key);
  for (std::size_t step = 0; step < kReach; ++step) {
    for (auto& slot : buckets_[(key.bucket() + step) & mask_].slots) {
      if (slot.load(std::memory_order_relaxed) != link) continue;
      slot.store(0, std::memory_order_seq_cst);
      for (std::size_t i = 0; i < step; ++i) {
        auto& control = buckets_[(key.bucket() + i) & mask_].control;
        control.store(Control(control.load(std::memory_order_relaxed)).WithPassed(-1).word(),
                      std::memory_order_seq_cst);
      }
      --size_;
      return true;
    }
  }
  return false;
}

}  // namespace rookery::cache
