// A clock that a test sets. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>

#include "rookery/clock.h"

namespace rookery::testing {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp{std::chrono::milliseconds{1'700'000'000'000}})
      : now_(start.time_since_epoch().count()) {}

  Timestamp Now() const noexcept override { return Timestamp{std::chrono::milliseconds{now_.load()}}; }
  void Set(Timestamp now) { now_ = now.time_since_epoch().count(); }
  void Advance(std::chrono::milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace rookery::testing
