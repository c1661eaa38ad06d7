// The memory of this process as the kernel counts it, and what a contender adds to it.
#pragma once

#include <cstdint>

#include "bench/measurement.h"

namespace rookery::bench {

/// Resident memory in bytes, now and at its highest.
struct MemoryUse {
  std::uint64_t now = 0;
  std::uint64_t peak = 0;
};

/// Throws Failure where there is no /proc.
MemoryUse ReadMemoryUse();

/// Made in the contender's process before the contender is. What was there before (the chat, ready keys and values) is
/// the same for all and does not count as added.
class MemoryMeter {
 public:
  MemoryMeter() : before_(ReadMemoryUse().now) {}

  /// "peak_memory" (all of the process) and "peak_memory_added".
  void AddTo(Measurement* measurement) const;

 private:
  std::uint64_t before_;
};

}  // namespace rookery::bench
