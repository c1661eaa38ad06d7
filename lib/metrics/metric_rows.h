// The table of metrics: a new one is a row. Each says where in StoreStats its number is, so that whoever shows,
// exports, writes or reads all of them has no list of their own.
#pragma once

#include <span>
#include <string_view>

#include "rookery/stats.h"

namespace rookery::metrics {

struct MetricRow {
  std::string_view name;
  std::string_view help;
  MetricKind kind;
  MetricUnit unit;
  double (*get)(const StoreStats& stats);
  void (*set)(StoreStats* stats, double value);
};

std::span<const MetricRow> MetricRows();

}  // namespace rookery::metrics
