#include "bench/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/tasks.h"

namespace rookery::bench {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

void AddDiskUse(const std::filesystem::path& directory, std::size_t messages, Measurement* measurement) {
  const auto bytes = static_cast<double>(BytesIn(directory));
  measurement->push_back({"disk", "MiB", bytes / kMiB});
  measurement->push_back({"disk_per_message", "bytes", bytes / static_cast<double>(messages)});
}

}  // namespace

Runner::Runner(const Workload& workload, const Scratch& scratch, std::vector<std::string> names, int rounds,
               std::function<void(const std::string&)> progress)
    : workload_(workload),
      scratch_(scratch),
      names_(std::move(names)),
      contenders_(ChosenOf(AllContenders(), names_)),
      rounds_(rounds),
      progress_(std::move(progress)) {}

std::vector<ResultRow> Runner::Run(const ScenarioKind& kind) {
  std::string_view baseline = kBaseline;
  Rounds rounds;
  if (const auto* own = std::get_if<ScenarioKind::ForItsOwn>(&kind.make)) {
    const Entrants entrants = (*own)();
    baseline = entrants.baseline;
    rounds = RunEntrants(kind.name, entrants);
  } else if (!contenders_.empty()) {
    rounds = RunContenders(kind.name, *std::get<ScenarioKind::ForContenders>(kind.make)(workload_.chat));
  }
  if (rounds.empty()) progress_(fmt::format("{}: skipped, as nobody who takes part in it was chosen", kind.name));
  return Summarize(kind.name, rounds, baseline);
}

Runner::Rounds Runner::RunContenders(std::string_view name, const Scenario& scenario) {
  if (scenario.start() == Scenario::Start::kEmptyStore) return RunOnEmptyStores(name, scenario);
  Workers workers;
  for (const ContenderKind& kind : contenders_) {
    const Stage stage{kind, workload_, FilledStore(kind)};
    workers.push_back(std::make_unique<Worker>(std::string(kind.name), [&] { return NewReadTask(stage, scenario); }));
  }
  return RunWorkers(name, workers, rounds_);
}

Runner::Rounds Runner::RunEntrants(std::string_view name, const Entrants& entrants) {
  const std::vector<Entrant> chosen = ChosenOf(std::span(entrants.all), names_);
  if (chosen.empty()) return {};
  Ground ground{workload_, {}, {}};
  // The first one is Rookery; its files are the same with and without a cache of messages.
  if (entrants.want_filled_store) ground.filled_store = FilledStore(AllContenders().front());
  const std::filesystem::path directory = scratch_.path() / name;
  Workers workers;
  for (const Entrant& entrant : chosen) {
    ground.directory = directory / entrant.name;
    workers.push_back(std::make_unique<Worker>(std::string(entrant.name), [&] { return entrant.make_task(ground); }));
  }
  scratch_.Settle();
  Rounds rounds = RunWorkers(name, workers, std::min(rounds_, entrants.most_rounds));
  std::filesystem::remove_all(directory);
  return rounds;
}

Runner::Rounds Runner::RunOnEmptyStores(std::string_view name, const Scenario& scenario) {
  std::vector<Turn> turns;
  for (const ContenderKind& kind : contenders_) {
    turns.push_back({kind.name, [&](int round) { return IngestOnce(kind, scenario, round); }});
  }
  return TakeTurnsAndTell(name, turns, rounds_);
}

Measurement Runner::IngestOnce(const ContenderKind& kind, const Scenario& scenario, int round) {
  const Stage stage{kind, workload_, scratch_.path() / "ingest"};
  Worker worker(std::string(kind.name), [&] { return NewIngestTask(stage, scenario); });
  Measurement measurement = worker.RunRound(round);
  worker.Finish();
  AddDiskUse(stage.directory, workload_.chat.sizes().messages, &measurement);
  std::filesystem::remove_all(stage.directory);
  scratch_.Settle();
  return measurement;
}

Runner::Rounds Runner::RunWorkers(std::string_view name, const Workers& workers, int rounds) {
  std::vector<Turn> turns;
  for (const auto& worker : workers) {
    turns.push_back({worker->name(), [&worker](int round) { return worker->RunRound(round); }});
  }
  Rounds all = TakeTurnsAndTell(name, turns, rounds);
  for (const auto& worker : workers) worker->Finish();
  return all;
}

const std::filesystem::path& Runner::FilledStore(const ContenderKind& kind) {
  const auto found = filled_.find(kind.name);
  if (found != filled_.end()) return found->second;
  progress_(fmt::format("filling a store of {}", kind.name));
  const Stage stage{kind, workload_, scratch_.path() / ("filled-" + std::string(kind.name))};
  Worker worker(std::string(kind.name), [&] { return NewFillTask(stage); });
  worker.RunRound(0);
  worker.Finish();
  scratch_.Settle();
  return filled_.emplace(kind.name, stage.directory).first->second;
}

Runner::Rounds Runner::TakeTurnsAndTell(std::string_view name, const std::vector<Turn>& turns, int rounds) const {
  return TakeTurns(turns, rounds, [&](int round, std::string_view who, const Measurement& measurement) {
    const Metric& first = measurement.front();
    progress_(fmt::format("{} round {}/{}: {}: {:.0f} {}", name, round + 1, rounds, who, first.value, first.unit));
  });
}

}  // namespace rookery::bench
