// A small generator of numbers that gives the same sequence for a seed on every machine and standard library.
#pragma once

#include <cstdint>

namespace rookery::bench {

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  /// 0..n-1. REQUIRES: n >= 1. The bias is below n / 2^64.
  std::uint64_t Below(std::uint64_t n) { return Next() % n; }
  /// [0, 1)
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace rookery::bench
