// What a long run looks at to see whether anything grows: this process as the kernel counts it, a directory, and how
// long calls took.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace rookery::torture {

/// Resident memory in bytes. Throws where there is no /proc.
std::uint64_t ResidentBytes();
/// Files that this process has open.
std::uint64_t OpenFiles();

struct DirectoryUse {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};
/// Of all files below it; those that go meanwhile do not count.
DirectoryUse UseOf(const std::filesystem::path& directory);

/// REQUIRES: not empty.
double MedianOf(std::vector<double> values);

/// Counts how long calls took, in steps of an eighth. Thread-safe.
class LatencyTally {
 public:
  void Add(std::chrono::nanoseconds time) {
    counts_[StepOf(static_cast<std::uint64_t>(time.count()))].fetch_add(1, std::memory_order_relaxed);
  }
  /// In microseconds; 0 if there were none. Begins anew.
  double TakePercentile(double share);

 private:
  static constexpr std::size_t kSteps = 8 * 64;
  static std::size_t StepOf(std::uint64_t nanoseconds) {
    if (nanoseconds < 8) return nanoseconds;
    const auto log = static_cast<std::size_t>(std::bit_width(nanoseconds)) - 1;
    return 8 * (log - 2) + (nanoseconds >> (log - 3) & 7U);
  }
  static double NanosecondsOf(std::size_t step);

  std::array<std::atomic<std::uint64_t>, kSteps> counts_{};
};

}  // namespace rookery::torture
