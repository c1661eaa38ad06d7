// The rounds of a rig whose rounds come one after the other until there were enough of them.
#pragma once

#include <chrono>
#include <cstdint>

#include "tests/torture/rig.h"

namespace rookery::torture {

/// Calls `round(number, report)` as often as `options` say. A run with its canary ends with the first violation.
template <typename Round>
void RunRounds(const RigOptions& options, RigReport* report, const Round& round) {
  const auto start = std::chrono::steady_clock::now();
  while (report->rounds < options.rounds) {
    if (options.time_box.count() > 0 && std::chrono::steady_clock::now() - start >= options.time_box) return;
    round(report->rounds, report);
    options.progress(++report->rounds);
    if (options.canary && report->violations > 0) return;
  }
}

}  // namespace rookery::torture
