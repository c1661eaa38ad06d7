// A token bucket that several share by weight.
//
// Idea: half of the burst and all of the rate are dealt out to the sharers by their weights, each with a small bucket
// of its own. What does not fit into one of these, as its owner is idle, flows into a common pool, the other half of
// the burst, from which everybody may take. So a sharer that wants its share always finds it, whoever else comes, and a
// sharer that is alone gets the whole rate.
//
// Invariant: all sharers together take no more than rate * time + burst, but for what single takings larger than their
// sharer's own bucket and the pool owe; each owes it to itself, not to the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/token_bucket.h"

namespace rookery::store {

/// Time comes in. Owned by one thread at a time.
class SharedBucket {
 public:
  using Time = TokenBucket::Time;
  struct Share {
    std::size_t sharer;
    double wanted;
  };

  /// REQUIRES: rate > 0, burst > 0; weights not empty, each > 0.
  SharedBucket(double rate, double burst, std::span<const std::uint32_t> weights, Time now);

  /// Whether all of `shares` may be taken now. A sharer that wants more than it can ever hold needs all that it can.
  /// REQUIRES: no sharer stands there twice.
  bool Has(std::span<const Share> shares, Time now);
  /// What it does not have it owes. REQUIRES: Has.
  void Take(std::span<const Share> shares);
  /// Until Has, if nobody takes anything meanwhile.
  Time UntilHas(std::span<const Share> shares, Time now) const;

 private:
  void Fill(std::size_t sharer, Time now);
  bool HasAsFilled(std::span<const Share> shares) const;

  std::vector<TokenBucket> own_;
  double pool_;
  double pool_burst_;
};

}  // namespace rookery::store
