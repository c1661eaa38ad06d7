#include "bench/measurement.h"

#include <algorithm>

namespace rookery::bench {
namespace {

/// The values of one metric, round by round.
std::vector<double> Column(const ContenderRounds& rounds, std::size_t metric) {
  std::vector<double> values;
  for (const Measurement& measurement : rounds.rounds) values.push_back(measurement[metric].value);
  return values;
}

/// Absent if the baseline has no such metric or a value of 0.
std::optional<double> MedianRatio(const std::vector<double>& values, const ContenderRounds& baseline,
                                  std::size_t metric, std::string_view name) {
  if (metric >= baseline.rounds.front().size() || baseline.rounds.front()[metric].name != name) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t round = 0; round < values.size(); ++round) {
    const double base = baseline.rounds[round][metric].value;
    if (base == 0) return std::nullopt;
    ratios.push_back(values[round] / base);
  }
  return Median(std::move(ratios));
}

}  // namespace

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<ResultRow> Summarize(std::string_view scenario, std::span<const ContenderRounds> all,
                                 std::string_view baseline) {
  const auto base = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.contender == baseline; });
  std::vector<ResultRow> rows;
  for (const ContenderRounds& one : all) {
    const Measurement& first = one.rounds.front();
    for (std::size_t metric = 0; metric < first.size(); ++metric) {
      const std::vector<double> values = Column(one, metric);
      ResultRow row{.scenario = std::string(scenario),
                    .contender = one.contender,
                    .metric = first[metric].name,
                    .unit = first[metric].unit,
                    .value = Median(values)};
      if (base != all.end()) row.ratio = MedianRatio(values, *base, metric, row.metric);
      if (row.ratio) row.ratio_to = baseline;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace rookery::bench
