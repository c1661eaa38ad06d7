// A small generator of random numbers and its mixing function (S. Vigna's SplitMix64), for choices, not for secrets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rookery::cache {

/// Every bit of the result depends on every bit of `value`; different values give different results.
inline std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() { return Mix(state_ += 0x9E3779B97F4A7C15U); }
  /// 0..bound - 1. REQUIRES: 0 < bound <= 2^32.
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>((Next() >> 32) * bound >> 32); }

 private:
  std::uint64_t state_;
};

}  // namespace rookery::cache
