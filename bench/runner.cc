#include "bench/runner.h"

#include <fmt/format.h>

#include <utility>

#include "bench/tasks.h"
#include "bench/worker.h"

namespace rookery::bench {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

void AddDiskUse(const std::filesystem::path& directory, std::size_t messages, Measurement* measurement) {
  const auto bytes = static_cast<double>(BytesIn(directory));
  measurement->push_back({"disk", "MiB", bytes / kMiB});
  measurement->push_back({"disk_per_message", "bytes", bytes / static_cast<double>(messages)});
}

}  // namespace

Runner::Runner(const Workload& workload, const Scratch& scratch, std::vector<ContenderKind> contenders, int rounds,
               std::function<void(const std::string&)> progress)
    : workload_(workload),
      scratch_(scratch),
      contenders_(std::move(contenders)),
      rounds_(rounds),
      progress_(std::move(progress)) {}

std::vector<ResultRow> Runner::Run(const ScenarioKind& kind) {
  const std::unique_ptr<Scenario> scenario = kind.make(workload_.chat);
  Rounds rounds;
  for (const ContenderKind& contender : contenders_) rounds.push_back({contender.name, {}});
  if (scenario->start() == Scenario::Start::kEmptyStore) {
    RunOnEmptyStores(*scenario, kind.name, &rounds);
  } else {
    RunOnFilledStores(*scenario, kind.name, &rounds);
  }
  return Summarize(kind.name, rounds, kBaseline);
}

void Runner::RunOnEmptyStores(const Scenario& scenario, std::string_view name, Rounds* rounds) {
  for (int round = 0; round < rounds_; ++round) {
    ForEachInTurn(round, [&](std::size_t i) {
      Measurement measurement = IngestOnce(contenders_[i], scenario, round);
      Tell(name, round, contenders_[i], measurement);
      (*rounds)[i].rounds.push_back(std::move(measurement));
    });
  }
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

void Runner::RunOnFilledStores(const Scenario& scenario, std::string_view name, Rounds* rounds) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (const ContenderKind& kind : contenders_) {
    const Stage stage{kind, workload_, FilledStore(kind)};
    workers.push_back(std::make_unique<Worker>(std::string(kind.name), [&] { return NewReadTask(stage, scenario); }));
  }
  for (int round = 0; round < rounds_; ++round) {
    ForEachInTurn(round, [&](std::size_t i) {
      Measurement measurement = workers[i]->RunRound(round);
      Tell(name, round, contenders_[i], measurement);
      (*rounds)[i].rounds.push_back(std::move(measurement));
    });
  }
  for (const auto& worker : workers) worker->Finish();
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

void Runner::ForEachInTurn(int round, const std::function<void(std::size_t)>& visit) const {
  for (std::size_t i = 0; i < contenders_.size(); ++i) {
    visit((i + static_cast<std::size_t>(round)) % contenders_.size());
  }
}

void Runner::Tell(std::string_view scenario, int round, const ContenderKind& kind,
                  const Measurement& measurement) const {
  const Metric& rate = measurement.front();
  progress_(
      fmt::format("{} round {}/{}: {}: {:.0f} {}", scenario, round + 1, rounds_, kind.name, rate.value, rate.unit));
}

}  // namespace rookery::bench
