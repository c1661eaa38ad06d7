#include "base/thread_slot.h"

#include <bitset>

#include "base/mutex.h"

namespace rookery::base::internal {
namespace {

// Neither has a destructor that does anything: threads may end after the statics of this library.
constinit Mutex mutex;
constinit std::bitset<kThreadSlots> taken RK_GUARDED_BY(mutex);

/// Gives the slot back when its thread ends.
struct Tenancy {
  ~Tenancy() {
    const MutexLock lock(mutex);
    taken.reset(thread_slot);
    // Destructors that run later in this thread share.
    thread_slot = kThreadSlots;
  }
};

std::size_t LowestFree() RK_REQUIRES(mutex) {
  for (std::size_t slot = 0; slot < kThreadSlots; ++slot) {
    if (!taken[slot]) return slot;
  }
  return kThreadSlots;
}

}  // namespace

constinit thread_local std::size_t thread_slot = kNotAskedYet;

std::size_t TakeThreadSlot() {
  if (thread_slot != kNotAskedYet) return thread_slot;
  {
    const MutexLock lock(mutex);
    thread_slot = LowestFree();
    if (thread_slot == kThreadSlots) return kThreadSlots;
    taken.set(thread_slot);
  }
  static thread_local const Tenancy kTenancy;
  return thread_slot;
}

}  // namespace rookery::base::internal
