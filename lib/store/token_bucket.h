// A token bucket: `rate` tokens a second, at most `burst` of them at once.
//
// Invariant: between any two moments no more than rate * time + burst tokens are taken, but for what a single taking
// needs beyond the burst: that is let through when the bucket is full, and the bucket owes it.
#pragma once

#include <algorithm>
#include <chrono>

namespace rookery::store {

/// Time comes in, and never goes back: an earlier time counts as the latest one. Owned by one thread at a time.
class TokenBucket {
 public:
  using Time = std::chrono::nanoseconds;   // since any moment
  static constexpr double kAlmost = 1e-6;  // of a token: lost in rounding

  /// Full. REQUIRES: rate > 0, burst > 0.
  TokenBucket(double rate, double burst, Time now) : rate_(rate), burst_(burst), tokens_(burst), filled_at_(now) {}

  double rate() const { return rate_; }
  double burst() const { return burst_; }

  /// Puts in what has come since the last time; returns what did not fit.
  double Fill(Time now);
  /// As of the last Fill; below 0: owed.
  double tokens() const { return tokens_; }
  bool full() const { return tokens_ >= burst_; }
  bool Has(double wanted) const { return tokens_ + kAlmost >= std::min(wanted, burst_); }
  void Take(double wanted) { tokens_ -= wanted; }
  /// From the last Fill until Has(wanted), if nobody takes any meanwhile.
  Time UntilHas(double wanted) const { return TimeFor(std::min(wanted, burst_) - tokens_); }
  /// In which so many tokens come, rounded up.
  Time TimeFor(double tokens) const;

 private:
  double rate_;
  double burst_;
  double tokens_;
  Time filled_at_;
};

}  // namespace rookery::store
