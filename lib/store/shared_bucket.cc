#include "store/shared_bucket.h"

#include <algorithm>
#include <chrono>

namespace rookery::store {

SharedBucket::SharedBucket(double rate, double burst, std::span<const std::uint32_t> weights, Time now)
    : pool_(burst / 2), pool_burst_(burst / 2) {
  double sum = 0;
  for (const std::uint32_t weight : weights) sum += weight;
  own_.reserve(weights.size());
  for (const std::uint32_t weight : weights) own_.emplace_back(rate * weight / sum, burst / 2 * weight / sum, now);
}

void SharedBucket::Fill(std::size_t sharer, Time now) { pool_ = std::min(pool_burst_, pool_ + own_[sharer].Fill(now)); }

bool SharedBucket::HasAsFilled(std::span<const Share> shares) const {
  double from_pool = 0;
  for (const Share& share : shares) {
    const TokenBucket& own = own_[share.sharer];
    const double missing = std::min(share.wanted, own.burst() + pool_burst_) - own.tokens();
    if (missing > pool_ + TokenBucket::kAlmost) return false;
    from_pool += std::max(0.0, missing);
  }
  return pool_ + TokenBucket::kAlmost >= std::min(from_pool, pool_burst_);
}

bool SharedBucket::Has(std::span<const Share> shares, Time now) {
  for (const Share& share : shares) Fill(share.sharer, now);
  if (HasAsFilled(shares)) return true;
  // Only who wants more than what is its own, or known to be left, has to look at everybody.
  for (std::size_t other = 0; other < own_.size(); ++other) Fill(other, now);
  return HasAsFilled(shares);
}

void SharedBucket::Take(std::span<const Share> shares) {
  for (const Share& share : shares) {
    const double from_own = std::min(share.wanted, std::max(0.0, own_[share.sharer].tokens()));
    const double from_pool = std::min(share.wanted - from_own, pool_);
    pool_ -= from_pool;
    own_[share.sharer].Take(share.wanted - from_pool);
  }
}

SharedBucket::Time SharedBucket::UntilHas(std::span<const Share> shares, Time now) const {
  const auto has_after = [&](Time wait) {
    SharedBucket later = *this;
    return later.Has(shares, now + wait);
  };
  if (has_after(Time{0})) return Time{0};
  // By then what each one gets by itself has filled all: what others leave can only make it earlier.
  Time enough{0};
  for (const Share& share : shares) {
    const TokenBucket& own = own_[share.sharer];
    enough = std::max(enough, own.TimeFor(own.burst() + pool_burst_ - own.tokens()) + std::chrono::seconds{1});
  }
  Time too_short{0};
  while (enough - too_short > std::chrono::microseconds{1}) {
    const Time middle = too_short + (enough - too_short) / 2;
    (has_after(middle) ? enough : too_short) = middle;
  }
  return enough;
}

}  // namespace rookery::store
