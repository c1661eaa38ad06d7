#include "store/token_bucket.h"

#include <cmath>

namespace rookery::store {

double TokenBucket::Fill(Time now) {
  if (now <= filled_at_) return 0;
  const double come = static_cast<double>((now - filled_at_).count()) * 1e-9 * rate_;
  filled_at_ = now;
  const double held = std::min(burst_, tokens_ + come);
  const double spilled = tokens_ + come - held;
  tokens_ = held;
  return spilled;
}

TokenBucket::Time TokenBucket::TimeFor(double tokens) const {
  constexpr double kLongest = 1e18;  // 30 years
  if (tokens <= 0) return Time{0};
  return Time{static_cast<Time::rep>(std::ceil(std::min(tokens / rate_ * 1e9, kLongest)))};
}

}  // namespace rookery::store
