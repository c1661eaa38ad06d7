// Times a run of equal operations: how many a second, how long the middle one and the slow ones took, and how much of
// the processor the caller used. The last is what other work on the machine disturbs least.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/clocks.h"
#include "bench/measurement.h"

namespace rookery::bench {

/// The clock is read once per operation: the end of one is the beginning of the next.
class Latencies {
 public:
  /// `per_lap`: how many operations a lap is, for those that take less than looking at the clock. Percentiles are then
  /// of a lap's mean.
  explicit Latencies(std::size_t laps, std::size_t per_lap = 1) : per_lap_(static_cast<double>(per_lap)) {
    nanoseconds_.reserve(laps);
  }

  void Start();
  /// What was to be done since Start or the last Lap is over.
  void Lap() {
    const std::int64_t now = WallNanoseconds();
    nanoseconds_.push_back(now - last_);
    last_ = now;
  }

  /// The last operation is over.
  void Stop();

  /// "<things>_per_second", "p50" and "p99" of an operation, and "caller_cpu": the processor time of the thread from
  /// Start to Stop, per operation. REQUIRES: at least one Lap, and Stop.
  void AddTo(Measurement* measurement, std::string_view things, std::size_t things_done) const;

 private:
  std::int64_t last_ = 0;
  double per_lap_;
  std::int64_t caller_cpu_ = 0;
  std::vector<std::int64_t> nanoseconds_;
};

/// The smallest value that at least `share` of all values do not exceed. REQUIRES: not empty, 0 < share <= 1.
std::int64_t Percentile(std::vector<std::int64_t> values, double share);

}  // namespace rookery::bench
