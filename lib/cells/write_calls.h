// Counts the writes that are under way, so that who has changed where channels go can wait for those that began before.
//
// Idea: two sets of counters. Writes count themselves in the set of now, each thread in a line of its own; who waits
// makes the other set the one of now, and waits until the set of before is empty, which no new write can keep it from.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/mutex.h"
#include "base/thread_slot.h"

namespace rookery::cells {

/// Thread-safe.
class WriteCalls {
 public:
  /// A write, for its own lifetime.
  class Pass {
   public:
    explicit Pass(WriteCalls* calls) : counter_(calls->Begin()) {}
    ~Pass() { counter_.fetch_sub(1, std::memory_order_release); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    std::atomic<std::uint32_t>& counter_;
  };

  /// True once all have ended that were under way when it was called; false if that lasts for longer than `timeout`.
  bool Await(std::chrono::milliseconds timeout);

 private:
  struct alignas(64) Line {
    std::array<std::atomic<std::uint32_t>, 2> counters{};
  };

  std::atomic<std::uint32_t>& Begin() {
    const std::size_t slot = base::ThreadSlot();
    for (;;) {
      const std::uint32_t set = now_.load();
      std::atomic<std::uint32_t>& counter = lines_[slot].counters[set];
      counter.fetch_add(1);
      if (now_.load() == set) return counter;
      counter.fetch_sub(1);
    }
  }
  bool AwaitEmpty(std::uint32_t set, std::chrono::steady_clock::time_point deadline) const;

  std::atomic<std::uint32_t> now_{0};               // the set of now: 0 or 1
  std::array<Line, base::kThreadSlots + 1> lines_;  // the last is for threads without a slot
  base::Mutex mutex_;                               // of who waits
};

}  // namespace rookery::cells
