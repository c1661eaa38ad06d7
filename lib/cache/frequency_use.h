// Entry::use of an aged LFU: how often the entry was hit, and the policy's age when it was hit last.
//
// Idea: the count is kept in 8 bits as a small floating-point number, 3 bits of exponent and 5 of mantissa. Up to 32 it
// counts exactly; above, a hit moves it only with the chance that keeps it right on average (R. Morris, 1978), so that
// an entry that is hit all the time is rarely written.
#pragma once

#include <cstdint>

namespace rookery::cache {

class FrequencyUse {
 public:
  static constexpr unsigned kAgeBits = 24;
  static constexpr std::uint32_t kAgeMask = (1U << kAgeBits) - 1;

  FrequencyUse() = default;
  explicit FrequencyUse(std::uint32_t packed) : packed_(packed) {}
  /// `code` is the count, as long as that is exact.
  FrequencyUse(std::uint32_t code, std::uint32_t age) : packed_(code << kAgeBits | (age & kAgeMask)) {}

  std::uint32_t packed() const { return packed_; }
  std::uint32_t age() const { return packed_ & kAgeMask; }
  /// 0..8032
  std::uint32_t count() const { return ((kMantissas + mantissa()) << exponent()) - kMantissas; }

  /// What one more hit makes of it. `random`: any bits.
  FrequencyUse AfterHit(std::uint32_t age, std::uint32_t random) const {
    const bool counts = (random & ((1U << exponent()) - 1)) == 0 && code() < kMaxCode;
    return {code() + (counts ? 1 : 0), age};
  }

 private:
  static constexpr unsigned kMantissaBits = 5;
  static constexpr std::uint32_t kMantissas = 1U << kMantissaBits;
  static constexpr std::uint32_t kMaxCode = 0xFF;

  std::uint32_t code() const { return packed_ >> kAgeBits; }
  std::uint32_t exponent() const { return code() >> kMantissaBits; }
  std::uint32_t mantissa() const { return code() & (kMantissas - 1); }

  std::uint32_t packed_ = 0;
};

}  // namespace rookery::cache
