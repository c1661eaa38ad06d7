// Cuts the power of a store again and again, and looks each time at what is left.
//
// A round has up to three lives. In each a store is opened on a disk that can lose its power (power_cut_disk.h),
// written to by the dice, and cut off at a call that the dice choose: in the opening, in a write, in a flush in the
// background, in Close. The next life opens what the disk then has, with Recovery::kTail, on a machine that was started
// anew. What threads of the engine do is not the seed's to say, so a round that is repeated may be cut elsewhere in
// their work.
//
// What must hold:
//   - it is opened; only a creation that was cut short may answer kNotAStore;
//   - what is there is what was there after one of the steps, in their order: none is missing from among others;
//   - not before the last step that was acknowledged as synced; the step in flight is there as a whole or not at all;
//   - the report equals what is missing, as far as the witness on disk knew of it: its number of rows is how far the
//     witness had seen the log go, less how far it goes; no row is named that is there, no more than are missing; names
//     are said to be complete only if they are, and are complete if the disk lost nothing of the witness. A store that
//     was closed has lost nothing. What an opening said that was itself cut short was heard by nobody, and the next one
//     need not say it again;
//   - the store can be used: it is sound, takes writes, and is opened again after Close without anything missing.
#include "tests/torture/power_cut.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include "tests/support/manual_clock.h"
#include "tests/support/power_cut_disk.h"
#include "tests/torture/author.h"
#include "tests/torture/lost_steps.h"
#include "tests/torture/source_stores.h"

namespace rookery::torture {
namespace {

namespace fs = std::filesystem;
using testing::PowerCutDisk;

const HashRouting kRouting{.shards = 3};

/// How far the store in this directory has come, as its witness says while it is open; 0: there is none yet.
std::uint64_t PositionOf(const fs::path& store) {
  constexpr off_t kCounters = 8192;
  constexpr std::uint64_t kWithoutChecksum = (std::uint64_t{1} << 56) - 1;
  std::uint64_t position = 0;
  const int descriptor = ::open((store / "witness").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  if (::pread(descriptor, &position, sizeof position, kCounters) != sizeof position) position = 0;
  ::close(descriptor);
  return position & kWithoutChecksum;
}

std::string StoreIdOf(const fs::path& store) {
  std::ifstream file(store / "ROOKERY");
  std::string word;
  while (file >> word) {
    if (word == "store" && file >> word && word.size() == 32) return word;
  }
  return "";
}

struct Figures {
  std::uint64_t cuts = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t lost_steps = 0;
  std::uint64_t in_openings = 0;
  std::uint64_t named = 0;
};

/// One round.
class Round {
 public:
  Round(const RigOptions& options, std::uint64_t number, const fs::path& pattern, const Rows& rows, Figures* figures)
      : options_(options),
        repeat_(SeedToRepeat(options.seed, number)),
        seed_(RoundSeed(options.seed, number)),
        dice_(seed_),
        directory_(options.directory / "round"),
        pattern_(pattern),
        figures_(*figures) {
    life_.begin = rows;
  }

  /// Empty, or what was violated.
  std::string Run() {
    fs::remove_all(directory_);
    StartMachine();
    const bool creates = dice_.OneIn(8);
    if (creates) {
      fs::create_directories(Here());
      life_.begin.clear();
      may_be_no_store_ = true;
    } else {
      fs::create_directories(Here());
      fs::copy(pattern_, Here() / "store", fs::copy_options::recursive);
    }
    const std::uint64_t lives = 1 + dice_.Below(3);
    for (std::uint64_t life = 0; life < lives; ++life) {
      std::string violation = LiveAndDie();
      if (!violation.empty()) return Told(violation);
      if (gone_) return "";
    }
    return Told(LiveOn());
  }

 private:
  fs::path Here() const { return directory_ / std::to_string(lives_); }
  fs::path StorePath() const { return Here() / "store"; }

  std::string Told(const std::string& violation) const {
    if (violation.empty()) return "";
    return fmt::format("life {}; --rig power_cut --rounds 1 --seed {} repeats it: {}; {}", lives_, repeat_, violation,
                       harm_);
  }

  void StartMachine() { std::ofstream(options_.directory / "boot") << "boot-" << seed_ << "-" << lives_ << "\n"; }

  StoreOptions Options() {
    StoreOptions options = SmallStore(clock_);
    if (may_be_no_store_) options.routing = kRouting;
    clock_->Advance(std::chrono::milliseconds{1000});
    return options;
  }

  /// What follows an opening: the store has what it may have, and its report is true.
  std::string Check(const Store& store) {
    auto rows = ReadRows(store);
    if (!rows) return "it cannot be read: " + rows.status().ToString();
    auto report = store.LastRecovery();
    if (!report) return "it has no report: " + report.status().ToString();
    remains_.rows = *std::move(rows);
    remains_.report = *std::move(report);
    const Comparison comparison = Compare(life_, remains_);
    figures_.lost_steps += life_.steps.size() - comparison.kept;
    figures_.named += remains_.report.runs.size();
    auto verified = store.Verify();
    if (comparison.violation.empty() && !verified) return "it cannot be verified: " + verified.status().ToString();
    if (comparison.violation.empty() && !verified->ok()) {
      return "it is not sound: " + verified->problems[0].where + ": " + verified->problems[0].what;
    }
    life_ = {.begin = remains_.rows, .steps = {}, .durable = 0, .closed = false, .copies = life_.copies};
    may_be_no_store_ = false;
    opening_was_cut_ = false;
    return comparison.violation;
  }

  std::string LiveAndDie() {
    fs::create_directories(directory_ / "vault");
    PowerCutDisk disk(Here(), directory_ / "vault");
    if (options_.canary) disk.LieAbout(".log");
    const std::uint64_t steps = 5 + dice_.Below(40);
    const std::uint64_t in_opening = dice_.OneIn(5) ? 1 : 0;
    disk.CutAt(1 + dice_.Below(in_opening == 1 ? 100 : 100 + 4 * steps), dice_.OneIn(2));
    {
      const testing::DiskCalls calls(Here(), &disk);
      std::string violation = Live(&disk, steps);
      if (!violation.empty()) return violation;
      disk.Cut();
    }
    return Die(disk);
  }

  std::string Live(PowerCutDisk* disk, std::uint64_t steps) {
    auto opened = Store::Open(StorePath(), Options());
    if (disk->cut()) {
      opening_was_cut_ = true;
      ++figures_.in_openings;
      return "";
    }
    if (!opened) return NotOpened(opened.status());
    Store store = *std::move(opened);
    std::string violation = Check(store);
    if (!violation.empty() || disk->cut()) return violation;

    Author author(&dice_, {.attachments = dice_.OneIn(3), .sync_one_in = 2 + dice_.Below(20)}, life_.begin);
    const std::uint64_t reshard_at = dice_.OneIn(6) ? dice_.Below(steps) : steps;
    for (std::uint64_t i = 0; i < steps && !disk->cut(); ++i) {
      clock_->Advance(std::chrono::milliseconds{dice_.OneIn(10) ? 50'000 : 5});
      if (i == reshard_at) {
        life_.copies = true;
        static_cast<void>(store.StartReshard(ResizeShards{.shards = 4}));
        if (disk->cut()) return "";
      }
      PlacedStep placed{.step = {}, .before = PositionOf(StorePath()), .after = 0};
      placed.step = author.Write(&store);
      placed.after = PositionOf(StorePath());
      const Step& step = life_.steps.emplace_back(std::move(placed)).step;
      if (!step.status.ok()) return step.what + " answers " + step.status.ToString();
      if (disk->cut()) return "";
      ++figures_.acknowledged;
      if (step.sync) life_.durable = life_.steps.size();
    }
    if (dice_.OneIn(2)) return "";
    const Status closed = store.Close();
    if (!closed.ok()) return "Close answers " + closed.ToString();
    if (!disk->cut()) {
      life_.closed = true;
      life_.durable = life_.steps.size();
    }
    return "";
  }

  std::string Die(const PowerCutDisk& disk) {
    ++figures_.cuts;
    const fs::path before = Here();
    ++lives_;
    StartMachine();
    fs::create_directories(Here());
    const auto restored = disk.Restore(Here(), dice_.Next());
    harm_ = restored.what;
    fs::remove_all(before);
    fs::remove_all(directory_ / "vault");
    remains_ = {.rows = {}, .report = {}, .testimony = {}, .witness_whole = restored.witness_whole};
    remains_.report_heard = !opening_was_cut_;
    auto testimony = assembly::WitnessFile::Read(StorePath() / "witness", StoreIdOf(StorePath()), nullptr);
    if (testimony) remains_.testimony = *std::move(testimony);
    return "";
  }

  /// Of a creation that was cut short nothing, or what is to be removed, may be left.
  std::string NotOpened(const Status& status) {
    gone_ = may_be_no_store_ && status.code() == StatusCode::kNotAStore;
    return gone_ ? "" : "it is not opened: " + status.ToString();
  }

  std::string LiveOn() {
    auto opened = Store::Open(StorePath(), Options());
    if (!opened) return NotOpened(opened.status());
    Store store = *std::move(opened);
    std::string violation = Check(store);
    if (!violation.empty()) return violation;
    Author author(&dice_, {}, life_.begin);
    for (const auto write : {&Author::Post, &Author::Put, &Author::Edit, &Author::PostBatch}) {
      clock_->Advance(std::chrono::milliseconds{5});
      const Step step = (author.*write)(&store);
      if (!step.status.ok()) return "afterwards " + step.what + " answers " + step.status.ToString();
    }
    const Status closed = store.Close();
    if (!closed.ok()) return "afterwards Close answers " + closed.ToString();
    StoreOptions strict = Options();
    strict.recovery = Recovery::kStrict;
    auto again = Store::Open(StorePath(), strict);
    if (!again) return "it is not opened after it was closed: " + again.status().ToString();
    const auto rows = ReadRows(*again);
    if (!rows) return "it cannot be read after it was closed: " + rows.status().ToString();
    const auto report = again->LastRecovery();
    if (!report || !report->closed || report->lost > 0) return "a store that was closed is said to have lost something";
    return DifferenceBetween(author.rows(), *rows);
  }

  const RigOptions& options_;
  const std::uint64_t repeat_;
  const std::uint64_t seed_;
  Dice dice_;
  const fs::path directory_;
  const fs::path pattern_;
  Figures& figures_;
  const std::shared_ptr<testing::ManualClock> clock_ = std::make_shared<testing::ManualClock>();
  std::uint64_t lives_ = 0;
  Life life_;
  Remains remains_;
  std::string harm_ = "not cut yet";
  bool may_be_no_store_ = false;  // Open has not said yet that it made one
  bool opening_was_cut_ = false;
  bool gone_ = false;
};

/// A store with something in its tables and its log, closed: what most rounds begin with.
Rows MakePattern(const fs::path& path) {
  const auto clock = std::make_shared<testing::ManualClock>();
  Dice dice(1);
  Author author(&dice, {.attachments = true}, {});
  StoreOptions options = SmallStore(clock);
  options.routing = kRouting;
  auto store = Store::Open(path, options);
  if (!store) throw std::runtime_error(store.status().ToString());
  for (int i = 0; i < 60; ++i) {
    clock->Advance(std::chrono::milliseconds{5});
    const Step step = author.Write(&*store);
    if (!step.status.ok()) throw std::runtime_error(step.what + " answers " + step.status.ToString());
  }
  const Status closed = store->Close();
  if (!closed.ok()) throw std::runtime_error(closed.ToString());
  return author.rows();
}

}  // namespace

RigReport RunPowerCut(const RigOptions& options) {
  RigReport report;
  Figures figures;
  const testing::PretendedBoot boot(options.directory / "boot");
  const Rows rows = MakePattern(options.directory / "pattern");
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t round = 0; round < options.rounds; ++round) {
    if (options.time_box.count() > 0 && std::chrono::steady_clock::now() - begin > options.time_box) break;
    std::string violation = Round(options, round, options.directory / "pattern", rows, &figures).Run();
    ++report.rounds;
    if (!violation.empty()) report.Violate(std::move(violation));
    options.progress(report.rounds);
  }
  report.figures =
      fmt::format("{} cuts, {} of them in openings; {} writes acknowledged; {} unsynced lost, in {} named runs",
                  figures.cuts, figures.in_openings, figures.acknowledged, figures.lost_steps, figures.named);
  return report;
}

}  // namespace rookery::torture
