// Epochs: how long memory that readers may be looking at has to stay.
//
// A reader marks its slot with the present epoch for as long as it looks; who unlinks something stamps it with the
// epoch of that moment, and frees it once every marked slot is younger.
//
// Why it is safe: a reader marks, then loads links; a writer unlinks, then looks at the slots. If each has a full fence
// between its two steps, either the writer sees the mark or the reader sees that the link is gone. Readers come a
// million times more often, so the writer pays for both fences: membarrier(2) has every running thread of the process
// pass one, and what is left of the reader's is that the compiler may not reorder. Where the kernel has no membarrier,
// readers mark by an exchange, which is a fence.
//
// A thread's slot is its own (base::ThreadSlot); the few threads beyond that take one of the shared slots for as long
// as they look.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/thread_slot.h"

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

  enum class Fences {
    kByWriters,  // membarrier, if there is one
    kByReaders,
  };
  EpochDomain() : EpochDomain(Fences::kByWriters) {}
  explicit EpochDomain(Fences wanted);

  /// A reader, for as long as this lives. Keep it short, block on nothing and make no second one meanwhile.
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

  std::span<const Slot> slots() const { return slots_; }

 private:
  static constexpr std::size_t kSharedSlots = 16;

  Slot& Enter() {
    const std::size_t own = base::ThreadSlot();
    if (own == base::kThreadSlots) [[unlikely]]
      return EnterSharedSlot();
    Slot& slot = slots_[own];
    const std::uint64_t now = epoch_.load(std::memory_order_seq_cst);
    if (fences_ == Fences::kByReaders) [[unlikely]] {
      slot.epoch.exchange(now, std::memory_order_seq_cst);
    } else {
      slot.epoch.store(now, std::memory_order_relaxed);
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }
    return slot;
  }
  Slot& EnterSharedSlot();

  std::array<Slot, base::kThreadSlots + kSharedSlots> slots_;
  alignas(64) std::atomic<std::uint64_t> epoch_{1};
  const Fences fences_;
};

}  // namespace rookery::cache
