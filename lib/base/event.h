// Something that happens once and that any number of threads wait for, each for as long as it likes.
//
// Idea: a futex. Nobody takes a lock to look at what the event brought, and whoever is woken wakes two more, so that
// the one who lets it happen does not pay for a thousand who wait.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace rookery::base {

/// Thread-safe. What was written before Set is seen by who finds it set.
class Event {
 public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;  // none: for as long as it takes

  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  bool is_set() const { return state_.load(std::memory_order_acquire) != 0; }
  void Set();
  /// False: the deadline passed before it was set.
  bool Wait(const Deadline& deadline);

 private:
  void WakeTwo();

  std::atomic<std::uint32_t> state_{0};
};

}  // namespace rookery::base
