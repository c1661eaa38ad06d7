// Runs scenarios: all who take part in turn, round by round, each in a process of its own; ratios are taken round by
// round.
//
// Idea: machines get slower and faster while a benchmark runs, so rounds are interleaved (turns.h) and the ratio is the
// median of the rounds' ratios.
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
#include "bench/turns.h"
#include "bench/worker.h"
#include "bench/workload.h"

namespace rookery::bench {

class Runner {
 public:
  /// `workload` and `scratch` outlive it. `names`: of the contenders and entrants that take part; empty: all.
  /// `progress` is told what is being done, a line at a time.
  Runner(const Workload& workload, const Scratch& scratch, std::vector<std::string> names, int rounds,
         std::function<void(const std::string&)> progress);

  /// Empty if none who could take part was named. Throws Failure if one fails or answers wrongly.
  std::vector<ResultRow> Run(const ScenarioKind& kind);

 private:
  using Rounds = std::vector<ContenderRounds>;
  using Workers = std::vector<std::unique_ptr<Worker>>;

  Rounds RunContenders(std::string_view name, const Scenario& scenario);
  Rounds RunEntrants(std::string_view name, const Entrants& entrants);
  Rounds RunOnEmptyStores(std::string_view name, const Scenario& scenario);
  /// Workers that are ready, until they are finished.
  Rounds RunWorkers(std::string_view name, const Workers& workers, int rounds);
  Measurement IngestOnce(const ContenderKind& kind, const Scenario& scenario, int round);
  /// The contender's store with the whole chat, compacted and closed; made once.
  const std::filesystem::path& FilledStore(const ContenderKind& kind);
  Rounds TakeTurnsAndTell(std::string_view name, const std::vector<Turn>& turns, int rounds) const;

  const Workload& workload_;
  const Scratch& scratch_;
  const std::vector<std::string> names_;
  const std::vector<ContenderKind> contenders_;
  const int rounds_;
  const std::function<void(const std::string&)> progress_;
  std::map<std::string, std::filesystem::path, std::less<>> filled_;  // by contender
};

}  // namespace rookery::bench
