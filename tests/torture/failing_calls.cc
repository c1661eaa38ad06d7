// Makes every disk call of a store fail, one after the other.
//
// A script (call_script.h) makes a store, writes all that a store can hold, compacts, reshards, trims, loads in bulk,
// makes backups and proves them, and closes and opens it again; once as it is and once encrypted. Without faults its
// calls are counted. Then it is played once for each of them: it fails with EIO, or if it is one that needs room with
// ENOSPC, by itself or with all that follow; or it is a write of which half is done. Each round is a process, as
// RocksDB may end it, and then another one that looks at what is left (failing_player.cc).
//
// What must hold while the script goes on is said in script_player.h, what must hold afterwards in script_examiner.h,
// what a store may hold then in possible_rows.h.
#include "tests/torture/failing_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/torture/dice.h"
#include "tests/torture/failing_rounds.h"

namespace rookery::torture {
namespace {

constexpr std::array<std::string_view, 2> kStores{"plain", "encrypted"};
/// At once, each with a part of the rounds: most of a round is waiting for threads of the engine.
constexpr std::size_t kPlayersOfAStore = 2;

class Player {
 public:
  /// `faults`: a line each. `number`: another one for each who plays at the same time.
  Player(const RigOptions& options, std::string_view store, std::size_t number, std::string faults)
      : process_(
            {.arguments = {ROOKERY_FAILING_PLAYER,
                           (options.directory / (std::string(store) + std::to_string(number))).string(),
                           std::to_string(options.seed), std::string(store), std::to_string(options.time_box.count())},
             .input = std::move(faults)}) {}

  /// nullopt: there are no more rounds.
  std::optional<RoundResult> Next() {
    const std::optional<std::string> line = process_.ReadLine();
    if (!line) {
      const testing::Outcome outcome = process_.Wait();
      if (outcome.exit_code == 0) return std::nullopt;
      throw std::runtime_error("the player ended with " + std::to_string(outcome.exit_code) + ": " + outcome.error);
    }
    auto result = RoundResult::FromLine(*line);
    if (!result) throw std::runtime_error("the player said: " + *line);
    return result;
  }

 private:
  testing::Process process_;
};

/// Of both stores together.
struct Figures {
  std::uint64_t calls = 0;  // of the scripts without a fault
  std::uint64_t failed = 0;
  std::uint64_t errors = 0;
  std::uint64_t died = 0;
  std::uint64_t unnoticed = 0;
  std::uint64_t acknowledged = 0;
  std::map<std::string, std::uint64_t> by_kind;  // rounds by the kind of the first call that failed

  void Add(const RoundResult& result) {
    const bool failed_one = !result.failed.empty() || result.died;
    failed += failed_one ? 1 : 0;
    errors += result.errors;
    died += result.died ? 1 : 0;
    unnoticed += failed_one && result.errors == 0 && !result.died ? 1 : 0;
    acknowledged += result.acknowledged;
    if (!result.failed.empty()) ++by_kind[result.failed.substr(0, result.failed.find(' '))];
  }

  std::string ToText(std::uint64_t rounds) const {
    std::string kinds;
    for (const auto& [kind, count] : by_kind) kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", kind, count);
    return fmt::format(
        "{} calls; in {} of {} rounds one failed ({}); {} errors named, {} faults without any; {} ended the process; "
        "{} steps acknowledged",
        calls, failed, rounds, kinds, errors, unnoticed, died, acknowledged);
  }
};

/// So many calls of each kind of fault, at most: it differs from run to run.
RoundResult CountCalls(const RigOptions& options, std::string_view store, RigReport* report) {
  constexpr int kRuns = 3;
  const std::string none = Fault{}.ToLine() + "\n";
  RoundResult most;
  Player player(options, store, 0, none + none + none);
  for (int i = 0; i < kRuns; ++i) {
    const auto one = player.Next();
    if (!one) break;
    if (!one->wrong.empty()) report->Violate(fmt::format("{} store, without a fault: {}", store, one->wrong));
    for (std::size_t kind = 0; kind < Fault::kKinds; ++kind) {
      most.calls.at(kind) = std::max(most.calls.at(kind), one->calls.at(kind));
    }
  }
  return most;
}

std::vector<Fault> FaultsFor(const RoundResult& counted, const RigOptions& options) {
  const auto calls = [&](Fault::Kind kind) { return counted.calls.at(static_cast<std::size_t>(kind)); };
  Dice dice(options.seed);
  std::vector<Fault> faults;
  if (options.canary) {
    for (std::uint64_t call = 1; call <= calls(Fault::Kind::kDropped); ++call) {
      faults.push_back({.kind = Fault::Kind::kDropped, .call = call});
    }
  } else {
    for (const Fault::Kind kind : {Fault::Kind::kIo, Fault::Kind::kNoSpace}) {
      for (std::uint64_t call = 1; call <= calls(kind); ++call) {
        for (const bool for_good : {false, true}) {
          faults.push_back({.kind = kind, .call = call, .for_good = for_good});
        }
      }
    }
    for (std::uint64_t call = 1; call <= calls(Fault::Kind::kTorn); ++call) {
      faults.push_back({.kind = dice.OneIn(2) ? Fault::Kind::kTorn : Fault::Kind::kShort, .call = call});
    }
  }
  // So that whoever ends early has had some of all.
  std::shuffle(faults.begin(), faults.end(), std::mt19937_64(options.seed));
  if (options.rounds > 0) faults.resize(std::min<std::size_t>(faults.size(), options.rounds / kStores.size()));
  return faults;
}

/// What the threads that hear the players write to. Thread-safe.
class Hearing {
 public:
  Hearing(const RigOptions& options, RigReport* report, Figures* figures)
      : options_(options), report_(*report), figures_(*figures) {}

  void Hear(std::string_view store, Player* player) {
    try {
      while (const auto result = player->Next()) Take(store, *result);
    } catch (const std::exception& failure) {
      const std::lock_guard lock(mutex_);
      report_.Violate(failure.what());
    }
  }

 private:
  void Take(std::string_view store, const RoundResult& result) {
    const std::lock_guard lock(mutex_);
    ++report_.rounds;
    figures_.Add(result);
    if (!result.wrong.empty()) {
      report_.Violate(fmt::format("{} store, {}{}{}: {}\n`echo {} | failing_player DIRECTORY {} {} 0` repeats it",
                                  store, result.fault.ToLine(), result.failed.empty() ? "" : ", a ", result.failed,
                                  result.wrong, result.fault.ToLine(), options_.seed, store));
    }
    options_.progress(report_.rounds);
  }

  const RigOptions& options_;
  std::mutex mutex_;
  // Guarded by mutex_.
  RigReport& report_;
  Figures& figures_;
};

}  // namespace

RigReport RunFailingCalls(const RigOptions& options) {
  RigReport report;
  Figures figures;
  std::array<std::array<std::string, kPlayersOfAStore>, kStores.size()> faults;
  for (std::size_t i = 0; i < kStores.size(); ++i) {
    const RoundResult counted = CountCalls(options, kStores.at(i), &report);
    figures.calls += counted.calls.at(static_cast<std::size_t>(Fault::Kind::kIo));
    std::size_t next = 0;
    for (const Fault& fault : FaultsFor(counted, options)) {
      faults.at(i).at(next++ % kPlayersOfAStore) += fault.ToLine() + "\n";
    }
  }
  Hearing hearing(options, &report, &figures);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kStores.size(); ++i) {
    for (std::size_t number = 0; number < kPlayersOfAStore; ++number) {
      threads.emplace_back([&, i, number] {
        Player player(options, kStores.at(i), number, faults.at(i).at(number));
        hearing.Hear(kStores.at(i), &player);
      });
    }
  }
  for (std::thread& thread : threads) thread.join();
  report.figures = figures.ToText(report.rounds);
  return report;
}

}  // namespace rookery::torture
