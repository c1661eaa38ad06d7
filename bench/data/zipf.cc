#include "bench/data/zipf.h"

#include <algorithm>
#include <cmath>

namespace rookery::bench {

Zipf::Zipf(std::size_t ranks, double exponent) {
  cumulated_.reserve(ranks);
  double sum = 0;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    sum += std::pow(static_cast<double>(rank + 1), -exponent);
    cumulated_.push_back(sum);
  }
}

std::size_t Zipf::Draw(Random* random) const {
  const double at = random->Unit() * cumulated_.back();
  const auto found = std::upper_bound(cumulated_.begin(), cumulated_.end(), at);
  return std::min<std::size_t>(static_cast<std::size_t>(found - cumulated_.begin()), cumulated_.size() - 1);
}

}  // namespace rookery::bench
