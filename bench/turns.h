// Who takes part in a scenario, in turn: A B C, B C A, C A B, ... What two did one right after the other compares well,
// however the machine's speed changes meanwhile, and nobody always comes first.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measurement.h"

namespace rookery::bench {

struct Turn {
  std::string_view name;
  std::function<Measurement(int round)> run;
};

/// Runs every round of everybody and calls done(round, name, measurement) after each. In the order of `turns`.
std::vector<ContenderRounds> TakeTurns(
    std::span<const Turn> turns, int rounds,
    const std::function<void(int round, std::string_view name, const Measurement& measurement)>& done);

/// Those whose name is one of `names`; all of them if that is empty.
template <typename Named>
std::vector<Named> ChosenOf(std::span<const Named> all, std::span<const std::string> names) {
  std::vector<Named> chosen;
  for (const Named& one : all) {
    if (names.empty() || std::find(names.begin(), names.end(), one.name) != names.end()) chosen.push_back(one);
  }
  return chosen;
}

}  // namespace rookery::bench
