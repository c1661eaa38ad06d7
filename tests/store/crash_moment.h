// What a store may hold at one moment while threads write to it, each to its own channels: of each what it had done
// until some step, from what it had done when the moment could begin to what it had begun when it must be over. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/store/crash_state.h"

namespace rookery::testing {

/// A step, and what its writer said of it.
struct CrashDeed {
  CrashStep step;
  std::optional<std::vector<std::uint64_t>> ids = {};  // as it was told; nullopt: it did not say that it was done
};

class CrashMoment {
 public:
  /// `begun`: what was there at least. `meanwhile`: of each writer, in order, the steps that came then.
  CrashMoment(CrashState begun, std::vector<CrashDeed> meanwhile)
      : begun_(std::move(begun)), meanwhile_(std::move(meanwhile)) {}

  /// Why a store that holds `actual` is not at this moment; empty: it is.
  std::string DifferenceTo(const CrashState& actual) const;

 private:
  std::string DifferenceOf(std::uint64_t writer, const CrashState& actual) const;

  CrashState begun_;
  std::vector<CrashDeed> meanwhile_;
};

}  // namespace rookery::testing
