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
#include "tests/torture/backup_oracle.h"
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
  /// All is below `directory`.
  Victim(const std::filesystem::path& directory, std::uint64_t seed, bool canary)
      : path_(directory / "store"),
        set_(directory / "backups"),
        restored_(directory / "restored"),
        canary_(canary),
        random_(seed),
        backups_(set_) {}

  std::string Create() {
    constexpr const char* kRoutings[]{"hash", "range", "directory"};
    routing_ = kRoutings[random_() % 3];
    auto store = Store::Open(path_, testing::CrashOptions(routing_, ClockNow()));
    Status status = store.status();
    if (status.ok() && Below(4) == 0) {
      // Of each writer some channels.
      cells_ = true;
      status = store->AddCell({.name = "other", .prefixes = {"c1", "c4"}, .memory = std::size_t{16} << 20});
    }
    if (status.ok()) status = store->Close();
    return status.ok() ? "" : "creating: " + status.ToString();
  }
  /// Kills once and looks what is there. Empty: all is well.
  std::string Kill() {
    const bool with_backups = Below(5) == 0;
    const Testament testament = testing::RunAndKill(Writer(with_backups), AnyPlan(with_backups));
    if (!testament.error.empty()) return "the writer ended with: " + testament.error;
    job_lines_ += testament.job_lines;
    in_flight_ += testament.in_flight.size();
    if (std::string wrong = backups_.Take(testament, oracle_.Take(testament)); !wrong.empty()) return wrong;
    if (std::string wrong = Look(with_backups); !wrong.empty()) return wrong;
    const bool restore = with_backups && !backups_.empty() && Below(2) == 0;
    return restore ? backups_.Restore(random_(), restored_, testing::CrashOptions("", ClockNow())) : "";
  }
  std::string Description() const { return routing_ + " routing" + (cells_ ? " and a second cell" : ""); }
  std::uint64_t acknowledged() const { return oracle_.acknowledged(); }
  std::uint64_t in_flight() const { return in_flight_; }
  std::uint64_t job_lines() const { return job_lines_; }
  const BackupOracle& backups() const { return backups_; }

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  std::shared_ptr<const Clock> ClockNow() const {
    auto clock = std::make_shared<testing::ManualClock>();
    clock->Advance(std::chrono::hours{session_});
    return clock;
  }

  std::vector<std::string> Writer(bool with_backups) {
    constexpr std::uint64_t kMostWriters = 3;
    const std::string seed = std::to_string(random_());
    const std::uint64_t lie = canary_ ? 1 + Below(20) : 0;
    const std::uint64_t writers = 1 + Below(kMostWriters);
    return {ROOKERY_CRASH_WRITER, path_.string(),          std::to_string(session_++),        seed, "swarm",
            std::to_string(lie),  std::to_string(writers), with_backups ? set_.string() : "-"};
  }
  CrashStep::Kind AnyKind(bool with_backups) {
    if (with_backups && Below(4) != 0) return Below(4) == 0 ? CrashStep::Kind::kPrune : CrashStep::Kind::kBackup;
    return static_cast<CrashStep::Kind>(Below(CrashStep::kKinds));
  }
  static std::string BeginOf(CrashStep::Kind kind) { return fmt::format("begin {} ", static_cast<int>(kind)); }
  KillPlan AnyPlan(bool with_backups) {
    KillPlan plan{.lines = 1 + Below(Below(5) == 0 ? 20 : 600), .patience = 300};
    const std::uint64_t chosen = Below(8);
    if (chosen < 4) plan.last_words = BeginOf(AnyKind(with_backups));
    if (chosen < 4) plan.phases = Below(Below(2) == 0 ? 3 : 100);
    if (chosen == 4 || chosen == 5) plan.last_words = "job ";
    if (chosen == 4 || chosen == 5) plan.phases = Below(30);
    if (Below(2) == 0) plan.delay = std::chrono::microseconds{Below(1'500)};
    return plan;
  }

  std::string Look(bool with_backups) {
    StoreOptions options = testing::CrashOptions("", ClockNow());
    options.resume_reshard = Below(2) == 0;
    auto store = Store::Open(path_, options);
    if (!store) return "opening: " + store.error().ToString();
    if (std::string wrong = oracle_.CheckContent(*store); !wrong.empty()) return wrong;
    if (std::string wrong = Soundness(*store); !wrong.empty()) return wrong;
    if (std::string wrong = oracle_.PostAgain(&*store); !wrong.empty()) return wrong;
    if (with_backups) {
      if (std::string wrong = LookAtBackups(&*store); !wrong.empty()) return wrong;
    }
    const Status closed = store->Close();
    return closed.ok() ? "" : "closing: " + closed.ToString();
  }
  std::string LookAtBackups(Store* store) {
    if (std::string wrong = backups_.Check(); !wrong.empty()) return wrong;
    return backups_.interrupted() || Below(4) == 0 ? backups_.BackUp(store, oracle_.expected()) : "";
  }
  std::string Soundness(const Store& store) const {
    if (std::string wrong = oracle_.CheckSoundness(store); !wrong.empty()) return wrong;
    const auto proof = store.VerifyReshard();
    if (!proof) return proof.error().ToString();
    return proof->difference.empty() ? "" : "the two places of a reshard job: " + proof->difference;
  }

  const std::filesystem::path path_;
  const std::filesystem::path set_;
  const std::filesystem::path restored_;
  const bool canary_;
  std::mt19937_64 random_;
  std::string routing_;
  bool cells_ = false;
  std::uint64_t session_ = 0;
  CrashOracle oracle_;
  BackupOracle backups_;
  std::uint64_t in_flight_ = 0;
  std::uint64_t job_lines_ = 0;
};

struct Figures {
  std::uint64_t stores = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t job_lines = 0;
  std::uint64_t backups = 0;
  std::uint64_t restored = 0;

  void Add(const Victim& victim) {
    ++stores;
    acknowledged += victim.acknowledged();
    in_flight += victim.in_flight();
    job_lines += victim.job_lines();
    backups += victim.backups().made();
    restored += victim.backups().restored();
  }
};

}  // namespace

RigReport RunKills(const RigOptions& options) {
  RigReport report;
  Figures figures;
  std::optional<Victim> victim;
  const auto end = [&] {
    if (victim) figures.Add(*victim);
    victim.reset();
    for (const auto& entry : std::filesystem::directory_iterator(options.directory)) {
      std::filesystem::remove_all(entry.path());
    }
  };
  RunRounds(options, &report, [&](std::uint64_t round, RigReport* told) {
    const std::uint64_t kill = round % kKillsOfAStore;
    std::string wrong;
    if (kill == 0) end();
    if (!victim) {
      // After a violation a new store begins in the midst.
      victim.emplace(options.directory, RoundSeed(options.seed, round), options.canary);
      wrong = victim->Create();
    }
    if (wrong.empty()) wrong = victim->Kill();
    if (wrong.empty()) return;
    told->Violate(fmt::format("kill {}, of a store with {}; --rounds {} --seed {} repeats it\n{}", round,
                              victim->Description(), round + 1, options.seed, wrong));
    end();
  });
  end();
  report.figures = fmt::format(
      "{} steps acknowledged, {} in flight, {} phases of reshard jobs, {} backups, {} of them restored, {} stores",
      figures.acknowledged, figures.in_flight, figures.job_lines, figures.backups, figures.restored, figures.stores);
  return report;
}

}  // namespace rookery::torture
