#include "cache/epoch.h"

#include <algorithm>
#include <thread>

namespace rookery::cache {

EpochDomain::Slot& EpochDomain::EnterElsewhere() {
  for (std::size_t i = base::ThreadNumber();; ++i) {
    Slot& slot = slots_[i % slots_.size()];
    const std::uint64_t now = epoch_.load(std::memory_order_seq_cst);
    std::uint64_t idle = 0;
    if (slot.epoch.compare_exchange_strong(idle, now, std::memory_order_seq_cst)) return slot;
    // All slots are taken only when more threads read than there are slots; they will not be long.
    if (i % slots_.size() == 0) std::this_thread::yield();
  }
}

std::uint64_t EpochDomain::Advance() {
  epoch_.fetch_add(1, std::memory_order_seq_cst);
  std::uint64_t oldest = std::numeric_limits<std::uint64_t>::max();
  for (const Slot& slot : slots_) {
    const std::uint64_t epoch = slot.epoch.load(std::memory_order_seq_cst);
    if (epoch != 0) oldest = std::min(oldest, epoch);
  }
  return oldest;
}

}  // namespace rookery::cache
