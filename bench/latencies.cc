#include "bench/latencies.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace rookery::bench {

void Latencies::Start() {
  caller_cpu_ = -ThreadNanoseconds();
  last_ = WallNanoseconds();
}

void Latencies::Stop() { caller_cpu_ += ThreadNanoseconds(); }

void Latencies::AddTo(Measurement* measurement, std::string_view things, std::size_t things_done) const {
  const auto total = static_cast<double>(std::accumulate(nanoseconds_.begin(), nanoseconds_.end(), std::int64_t{0}));
  const auto microseconds = [&](double share) {
    return static_cast<double>(Percentile(nanoseconds_, share)) / 1e3 / per_lap_;
  };
  const std::string name(things);
  measurement->push_back({name + "_per_second", name + "/s", static_cast<double>(things_done) * 1e9 / total});
  measurement->push_back({"p50", "us", microseconds(0.50)});
  measurement->push_back({"p99", "us", microseconds(0.99)});
  const auto operations = per_lap_ * static_cast<double>(nanoseconds_.size());
  measurement->push_back({"caller_cpu", "us", static_cast<double>(caller_cpu_) / 1e3 / operations});
}

std::int64_t Percentile(std::vector<std::int64_t> values, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace rookery::bench
