#include "cache/table.h"

namespace rookery::cache {

Table::Table(std::size_t homes, std::uint32_t generation)
    : homes_(homes), generation_(generation), buckets_(std::make_unique<Bucket[]>(buckets())) {}

bool Table::Insert(Entry* entry, const Key& key) {
  Bucket* const home = &BucketOf(key);
  for (std::size_t step = 0; step < kReach; ++step) {
    for (auto& slot : home[step].slots) {
      if (slot.load(std::memory_order_relaxed) != 0) continue;
      // Those who search are told to go on before there is something to find.
      for (std::size_t i = 0; i < step; ++i) {
        auto& control = home[i].control;
        control.store(Control(control.load(std::memory_order_relaxed)).WithPassed(1).word(), std::memory_order_seq_cst);
      }
      slot.store(Link::To(entry, key), std::memory_order_seq_cst);
      ++size_;
      return true;
    }
  }
  return false;
}

Entry* Table::InTheWay(const Key& key) const {
  const Bucket& home = BucketOf(key);
  return Link::EntryIn(home.slots[key.tag() % Bucket::kSlots].load(std::memory_order_relaxed));
}

bool Table::Erase(const Entry* entry, const Key& key) {
  Bucket* const home = &BucketOf(key);
  const std::uint64_t link = Link::To(entry, key);
  for (std::size_t step = 0; step < kReach; ++step) {
    for (auto& slot : home[step].slots) {
      if (slot.load(std::memory_order_relaxed) != link) continue;
      slot.store(0, std::memory_order_seq_cst);
      for (std::size_t i = 0; i < step; ++i) {
        auto& control = home[i].control;
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
