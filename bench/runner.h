// Runs scenarios: all contenders in turn, round by round, each in a process of its own; ratios are taken round by
// round.
//
// Idea: machines get slower and faster while a benchmark runs. What two contenders did one right after the other
// compares well, so rounds are interleaved (A B C, B C A, C A B, ...) and the ratio is the median of the rounds'
// ratios.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/contender.h"
#include "bench/measurement.h"
#include "bench/scenario.h"
#include "bench/scratch.h"
#include "bench/workload.h"

namespace rookery::bench {

class Runner {
 public:
  /// `workload` and `scratch` outlive it. `progress` is told what is being done, a line at a time.
  Runner(const Workload& workload, const Scratch& scratch, std::vector<ContenderKind> contenders, int rounds,
         std::function<void(const std::string&)> progress);

  /// Throws Failure if a contender fails or answers wrongly.
  std::vector<ResultRow> Run(const ScenarioKind& kind);

 private:
  using Rounds = std::vector<ContenderRounds>;  // in the order of contenders_

  void RunOnEmptyStores(const Scenario& scenario, std::string_view name, Rounds* rounds);
  void RunOnFilledStores(const Scenario& scenario, std::string_view name, Rounds* rounds);
  Measurement IngestOnce(const ContenderKind& kind, const Scenario& scenario, int round);
  /// The contender's store with the whole chat, compacted and closed; made once.
  const std::filesystem::path& FilledStore(const ContenderKind& kind);
  /// Calls visit(index of contender) for all of them; each round another one is first.
  void ForEachInTurn(int round, const std::function<void(std::size_t)>& visit) const;
  void Tell(std::string_view scenario, int round, const ContenderKind& kind, const Measurement& measurement) const;

  const Workload& workload_;
  const Scratch& scratch_;
  const std::vector<ContenderKind> contenders_;
  const int rounds_;
  const std::function<void(const std::string&)> progress_;
  std::map<std::string, std::filesystem::path, std::less<>> filled_;  // by contender
};

}  // namespace rookery::bench
