// The coarse clock by which entries expire: ticks of 62 ms since the cache was made.
#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "rookery/clock.h"

namespace rookery::cache {

/// Immutable. Without a time to live nothing ever asks it for the time.
class CacheClock {
 public:
  /// `clock`: null for the system's monotonic clock. One that steps back makes entries last longer, one that steps
  /// forward makes them expire at once; neither makes them wrong.
  CacheClock(std::optional<std::chrono::milliseconds> ttl, std::shared_ptr<const Clock> clock)
      : clock_(std::move(clock)), start_(Milliseconds()) {
    if (!ttl) return;
    // A time to live that ticks cannot tell is for ever.
    const std::int64_t ticks = ttl->count() / kTick.count();
    if (ticks < std::numeric_limits<std::uint32_t>::max() / 2) ttl_ticks_ = static_cast<std::uint32_t>(ticks) + 1;
  }

  bool expires() const { return ttl_ticks_ != 0; }
  std::uint32_t Now() const {
    const std::int64_t since_start = std::max<std::int64_t>(0, Milliseconds() - start_);
    return static_cast<std::uint32_t>(since_start / kTick.count());
  }
  /// Whether an entry that expires then has expired. 0: never.
  bool Expired(std::uint32_t expiry) const { return expiry != 0 && expiry <= Now(); }
  /// When an entry expires that is made now; 0: never.
  std::uint32_t ExpiryOfNew() const { return expires() ? Now() + ttl_ticks_ : 0; }

 private:
  static constexpr std::chrono::duration<std::int64_t, std::milli> kTick{62};

  std::int64_t Milliseconds() const {
    if (clock_) return clock_->Now().time_since_epoch().count();
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  }

  std::shared_ptr<const Clock> clock_;
  std::int64_t start_;
  std::uint32_t ttl_ticks_ = 0;
};

}  // namespace rookery::cache
