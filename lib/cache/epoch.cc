#include "cache/epoch.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <thread>

namespace rookery::cache {
namespace {

bool Membarrier(int command) { return ::syscall(SYS_membarrier, command, /*flags=*/0, /*cpu=*/0) == 0; }

}  // namespace

EpochDomain::EpochDomain(Fences wanted)
    : fences_(wanted == Fences::kByWriters && Membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
                  ? Fences::kByWriters
                  : Fences::kByReaders) {}

EpochDomain::Slot& EpochDomain::EnterSharedSlot() {
  for (;;) {
    for (std::size_t i = base::kThreadSlots; i < slots_.size(); ++i) {
      const std::uint64_t now = epoch_.load(std::memory_order_seq_cst);
      std::uint64_t idle = 0;
      if (slots_[i].epoch.compare_exchange_strong(idle, now, std::memory_order_seq_cst)) return slots_[i];
    }
    // Those who have them will not be long.
    std::this_thread::yield();
  }
}

std::uint64_t EpochDomain::Advance() {
  epoch_.fetch_add(1, std::memory_order_seq_cst);
  if (fences_ == Fences::kByWriters && !Membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) return 0;
  std::uint64_t oldest = std::numeric_limits<std::uint64_t>::max();
  for (const Slot& slot : slots_) {
    const std::uint64_t epoch = slot.epoch.load(std::memory_order_seq_cst);
    if (epoch != 0) oldest = std::min(oldest, epoch);
  }
  return oldest;
}

}  // namespace rookery::cache
