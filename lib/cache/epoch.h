// Epochs: how long memory that readers may be looking at has to stay.
//
// A reader marks one of a fixed number of slots with the present epoch for as long as it looks; who unlinks something
// stamps it with the epoch of that moment, and frees it once every marked slot is younger. Marking is one compare and
// swap on a line that, as a rule, belongs to the thread: it is also the fence that the reader needs, so nothing has to
// be registered per thread and nothing is left behind by threads that end.
//
// Why it is safe: a reader's loads of links come after its mark, a writer's look at the slots after its unlinking, all
// of them sequentially consistent. So either the writer sees the mark, or the reader sees that the link is gone.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/thread_number.h"

namespace rookery::cache {

/// What readers count, on the line that they have to write anyway. Whoever holds the slot is its only writer.
struct ReadCounters {
  std::array<std::atomic<std::uint64_t>, 3> hits{};  // by EntryKind
  std::atomic<std::uint64_t> misses{0};
  std::atomic<std::uint64_t> expired{0};  // of the misses: found, but too old

  static void Increment(std::atomic<std::uint64_t>* counter) {
    counter->store(counter->load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

/// Thread-safe.
class EpochDomain {
 public:
  struct alignas(64) Slot {
    std::atomic<std::uint64_t> epoch{0};  // 0: nobody reads here
    ReadCounters counters;
  };

  /// A reader, for as long as this lives. Keep it short, and block on nothing meanwhile.
  class Guard {
   public:
    explicit Guard(EpochDomain* domain) : slot_(domain->Enter()) {}
    ~Guard() { slot_.epoch.store(0, std::memory_order_release); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ReadCounters& counters() const { return slot_.counters; }

   private:
    Slot& slot_;
  };

  /// What to stamp something with that was just unlinked.
  std::uint64_t Stamp() const { return epoch_.load(std::memory_order_seq_cst); }
  /// Begins a new epoch. What was stamped with less than the result may be freed.
  std::uint64_t Advance();

  const std::array<Slot, 128>& slots() const { return slots_; }

 private:
  Slot& Enter() {
    const std::uint64_t now = epoch_.load(std::memory_order_seq_cst);
    Slot& slot = slots_[base::ThreadNumber() % slots_.size()];
    std::uint64_t idle = 0;
    if (slot.epoch.compare_exchange_strong(idle, now, std::memory_order_seq_cst)) [[likely]]
      return slot;
    return EnterElsewhere();
  }
  Slot& EnterElsewhere();

  std::array<Slot, 128> slots_;
  alignas(64) std::atomic<std::uint64_t> epoch_{1};
};

}  // namespace rookery::cache
