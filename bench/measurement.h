// What one run of a scenario by one contender measured, and how runs become the rows of the report.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::bench {

struct Metric {
  std::string name;
  std::string unit;
  double value = 0;
};

/// In the order in which they are reported.
using Measurement = std::vector<Metric>;

/// A line of the report. `ratio` is the median over the rounds of value / value of `ratio_to` in the same round; both
/// are absent if the baseline did not take part.
struct ResultRow {
  std::string scenario;
  std::string contender;
  std::string metric;
  std::string unit;
  double value = 0;  // median over the rounds
  std::optional<std::string> ratio_to = {};
  std::optional<double> ratio = {};
};

/// REQUIRES: not empty.
double Median(std::vector<double> values);

/// What one contender measured, round by round; every round has the same metrics.
struct ContenderRounds {
  std::string contender;
  std::vector<Measurement> rounds;
};

std::vector<ResultRow> Summarize(std::string_view scenario, std::span<const ContenderRounds> all,
                                 std::string_view baseline);

}  // namespace rookery::bench
