#include "tests/torture/kills.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "base/macros.h"
#include "rookery/store.h"
#include "tests/store/crash_oracle.h"
#include "tests/support/manual_clock.h"
#include "tests/torture/rounds.h"

namespace rookery::torture {
namespace {

using testing::CrashOracle;
using testing::CrashStep;
using testing::KillPlan;
using testing::Testament;

/// So many kills a store lives through: some of a job's crashes need one that went before.
constexpr std::uint64_t kKillsOfAStore = 8;

/// A store, and those who are killed over it.
class Victim {
 public:
  Victim(std::filesystem::path path, std::uint64_t seed, bool canary)
      : path_(std::move(path)), canary_(canary), random_(seed) {}

  std::string Create() {
    constexpr const char* kRoutings[]{"hash", "range", "directory"};
    routing_ = kRoutings[random_() % 3];
    auto store = Store::Open(path_, testing::CrashOptions(routing_, ClockNow()));
    const Status status = store ? store->Close() : store.error();
    return status.ok() ? "" : "creating: " + status.ToString();
  }
  /// Kills once and looks what is there. Empty: all is well.
  std::string Kill() {
    Testament testament = testing::RunAndKill(Writer(), AnyPlan());
    if (!testament.error.empty()) return "the writer ended with: " + testament.error;
    job_lines_ += testament.job_lines;
    if (testament.in_flight) ++in_flight_;
    oracle_.Take(std::move(testament));
    return Look();
  }
  const std::string& routing() const { return routing_; }
  std::uint64_t acknowledged() const { return oracle_.acknowledged(); }
  std::uint64_t in_flight() const { return in_flight_; }
  std::uint64_t job_lines() const { return job_lines_; }

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  std::shared_ptr<const Clock> ClockNow() const {
    auto clock = std::make_shared<testing::ManualClock>();
    clock->Advance(std::chrono::hours{session_});
    return clock;
  }

  std::vector<std::string> Writer() {
    const std::uint64_t lie = canary_ ? 1 + Below(20) : 0;
    return {ROOKERY_CRASH_WRITER,      path_.string(), std::to_string(session_++),
            std::to_string(random_()), "swarm",        std::to_string(lie)};
  }
  KillPlan AnyPlan() {
    KillPlan plan{.lines = 1 + Below(Below(5) == 0 ? 20 : 600), .patience = 300};
    const std::uint64_t chosen = Below(8);
    if (chosen < 4) plan.last_words = "begin " + std::to_string(Below(CrashStep::kKinds)) + " ";
    if (chosen < 4) plan.phases = Below(Below(2) == 0 ? 3 : 100);
    if (chosen == 4 || chosen == 5) plan.last_words = "job ";
    if (chosen == 4 || chosen == 5) plan.phases = Below(30);
    if (Below(2) == 0) plan.delay = std::chrono::microseconds{Below(1'500)};
    return plan;
  }

  std::string Look() {
    StoreOptions options = testing::CrashOptions("", ClockNow());
    options.resume_reshard = Below(2) == 0;
    auto store = Store::Open(path_, options);
    if (!store) return "opening: " + store.error().ToString();
    if (std::string wrong = oracle_.CheckContent(*store); !wrong.empty()) return wrong;
    if (std::string wrong = Soundness(*store); !wrong.empty()) return wrong;
    if (std::string wrong = oracle_.PostAgain(&*store); !wrong.empty()) return wrong;
    const Status closed = store->Close();
    return closed.ok() ? "" : "closing: " + closed.ToString();
  }
  std::string Soundness(const Store& store) const {
    if (std::string wrong = oracle_.CheckSoundness(store); !wrong.empty()) return wrong;
    const auto proof = store.VerifyReshard();
    if (!proof) return proof.error().ToString();
    return proof->difference.empty() ? "" : "the two places of a reshard job: " + proof->difference;
  }

  const std::filesystem::path path_;
  const bool canary_;
  std::mt19937_64 random_;
  std::string routing_;
  std::uint64_t session_ = 0;
  CrashOracle oracle_;
  std::uint64_t in_flight_ = 0;
  std::uint64_t job_lines_ = 0;
};

struct Figures {
  std::uint64_t stores = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t job_lines = 0;

  void Add(const Victim& victim) {
    ++stores;
    acknowledged += victim.acknowledged();
    in_flight += victim.in_flight();
    job_lines += victim.job_lines();
  }
};

}  // namespace

RigReport RunKills(const RigOptions& options) {
  RigReport report;
  Figures figures;
  std::optional<Victim> victim;
  const std::filesystem::path path = options.directory / "store";
  const auto end = [&] {
    if (victim) figures.Add(*victim);
    victim.reset();
    std::filesystem::remove_all(path);
  };
  RunRounds(options, &report, [&](std::uint64_t round, RigReport* told) {
    const std::uint64_t kill = round % kKillsOfAStore;
    std::string wrong;
    if (kill == 0) end();
    if (!victim) {
      // After a violation a new store begins in the midst.
      victim.emplace(path, RoundSeed(options.seed, round), options.canary);
      wrong = victim->Create();
    }
    if (wrong.empty()) wrong = victim->Kill();
    if (wrong.empty()) return;
    told->Violate(fmt::format("kill {}, of a store with {} routing; --rounds {} --seed {} repeats it\n{}", round,
                              victim->routing(), round + 1, options.seed, wrong));
    end();
  });
  end();
  report.figures = fmt::format("{} steps acknowledged, {} in flight, {} phases of reshard jobs, {} stores",
                               figures.acknowledged, figures.in_flight, figures.job_lines, figures.stores);
  return report;
}

}  // namespace rookery::torture
