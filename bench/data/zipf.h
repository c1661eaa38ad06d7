// Ranks drawn as people choose channels and words: rank r is drawn in proportion to 1 / (r + 1)^exponent.
#pragma once

#include <cstddef>
#include <vector>

#include "bench/data/random.h"

namespace rookery::bench {

/// Immutable. A draw is a binary search in the cumulated weights, so the distribution is exact.
class Zipf {
 public:
  /// REQUIRES: ranks >= 1.
  Zipf(std::size_t ranks, double exponent);

  /// 0..ranks-1; 0 is the most frequent.
  std::size_t Draw(Random* random) const;

 private:
  std::vector<double> cumulated_;
};

}  // namespace rookery::bench
