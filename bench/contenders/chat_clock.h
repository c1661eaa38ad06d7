// Tells the time of the chat, so that ids are the same in every contender; and costs what asking the system costs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "rookery/clock.h"

namespace rookery::bench {

/// Thread-safe.
class ChatClock final : public Clock {
 public:
  explicit ChatClock(Timestamp start) : now_(start.time_since_epoch().count()) {}

  void Set(Timestamp now) { now_.store(now.time_since_epoch().count(), std::memory_order_relaxed); }

  Timestamp Now() const noexcept override {
    system_time_.store(std::chrono::system_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    return Timestamp{std::chrono::milliseconds{now_.load(std::memory_order_relaxed)}};
  }

 private:
  std::atomic<std::int64_t> now_;
  mutable std::atomic<std::int64_t> system_time_{0};
};

}  // namespace rookery::bench
