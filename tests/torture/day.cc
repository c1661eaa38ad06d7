#include "tests/torture/day.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rookery/backup.h"
#include "rookery/store.h"
#include "tests/torture/day_chat.h"
#include "tests/torture/gauges.h"

namespace rookery::torture {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr hours kKept{2};
constexpr hours kMostLag{1};  // of retention, before there are fewer posts
constexpr hours kLongestRun{6};
constexpr std::uint64_t kBackupsKept = 3;
constexpr std::uint64_t kOfSetItself = std::uint64_t{1} << 20;  // bytes: manifests and the like
constexpr double kNoLimit = 1e9;
constexpr double kShareOfMost = 0.7;  // of the posts that were possible, so that work in the background has its share
constexpr double kMiB = 1024.0 * 1024.0;
constexpr std::size_t kWriteBuffers = std::size_t{16} << 20;
constexpr std::uint64_t kLog = std::uint64_t{32} << 20;

/// How much more the last third may take than the end of the first third did. What a store holds goes with what was
/// posted in two hours, which goes with how busy the machine is: disk and files are measured against it. On top comes
/// what swings by itself, whatever the store holds.
constexpr double kMemoryMargin = 1.10;  // the budget is fixed; the rest is what malloc keeps
constexpr double kMemorySwing = 16;     // MiB: memtables that are flushed, tables that are open
constexpr double kDiskMargin = 1.25;    // what compactions have not come to yet
constexpr double kDiskSwing = 96;       // MiB: the log, and a copy that a reshard job makes of some shard
constexpr double kSetMargin = 1.25;     // of the backup set, as kDiskMargin
constexpr double kSetSwing = 96;        // MiB: the log of each backup that is kept
constexpr double kFileMargin = 1.25;
constexpr double kFileSwing = 48;    // a level more of each shard
constexpr double kTimeMargin = 1.5;  // of p99, after what the machine itself became slower
constexpr double kShareOfSlow = 0.99;

/// An hour, as medians of what was measured in it.
struct Hour {
  double memory = 0;     // MiB
  double open = 0;       // files
  double disk = 0;       // MiB
  double files = 0;      // of the store
  double set = 0;        // MiB of the backup set
  double live = 0;       // MiB of messages at its end
  double post = 0;       // p99, microseconds
  double read = 0;       // p99, microseconds
  double yardstick = 0;  // p99 of work that knows no store, microseconds
};

StoreOptions OptionsOf(std::shared_ptr<const Clock> clock) {
  StoreOptions options;
  options.routing = DirectoryRouting{.shards = 6};
  options.bucket_width = minutes{30};
  options.tuning.write_buffer_bytes = kWriteBuffers;
  options.tuning.block_cache_bytes = std::size_t{32} << 20;
  options.tuning.max_wal_bytes = kLog;
  options.cache.capacity = std::size_t{16} << 20;
  options.clock = std::move(clock);
  return options;
}

Status Reshard(Store* store) {
  const auto info = store->Info();
  if (!info) return info.error();
  const std::uint32_t shards = info->shards == 6 ? 8 : 6;
  const auto job = store->Reshard();
  if (job && *job && (*job)->paused) return {StatusCode::kCorruption, "it was paused: " + (*job)->paused_reason};
  return store->StartReshard(ResizeShards{shards}, {.share = 0.3}).status();
}

/// The same work each time, so that what it takes tells how busy the machine is.
void Yardstick(LatencyTally* tally) {
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t mixed = 1;
  for (int i = 0; i < 10'000; ++i) mixed = RoundSeed(mixed, 7);
  if (mixed != 0) tally->Add(std::chrono::steady_clock::now() - began);
}

/// An incremental one, beside which the last of those before stay. kCorruption: the set takes more than these need.
Status BackUp(Store* store, const std::filesystem::path& set) {
  const auto report = store->CreateBackup(set);
  if (!report) return report.error();
  const Status pruned = PruneBackups(set, {.keep = kBackupsKept}).status();
  if (!pruned.ok()) return pruned;
  const auto kept = ListBackups(set);
  if (!kept) return kept.error();
  std::uint64_t most = kOfSetItself;
  for (const BackupInfo& backup : *kept) most += backup.bytes;
  const std::uint64_t bytes = UseOf(set).bytes;
  if (bytes <= most) return {};
  return {StatusCode::kCorruption, fmt::format("the set takes {} bytes, and its backups have {}", bytes, most)};
}

/// The store, its traffic, and what is measured of both.
class Day {
 public:
  Day(const RigOptions& options, std::chrono::nanoseconds hour)
      : path_(options.directory / "store"),
        set_(options.directory / "backups"),
        hour_(hour),
        rounds_(options.rounds),
        brief_(options.brief),
        clock_(std::make_shared<FastClock>(std::chrono::duration<double>(hours{1}) / hour)),
        store_(Store::Open(path_, OptionsOf(clock_))) {
    if (!store_) throw std::runtime_error(store_.error().ToString());
    // Without a rule the canary's runs of retention remove nothing.
    const Status ruled = options.canary ? Status() : store_->SetRetention({.limits = {.max_age = kKept}});
    if (!ruled.ok()) throw std::runtime_error(ruled.ToString());
    chat_.emplace(&*store_, clock_.get(), options.seed, Chores());
  }

  /// What is wrong already; empty: nothing.
  std::string LiveThroughAnHour() {
    constexpr int kLooks = 16;
    std::vector<double> memory;
    std::vector<double> open;
    std::vector<double> disk;
    std::vector<double> files;
    std::vector<double> set;
    LatencyTally yardstick;
    for (int look = 0; look < kLooks; ++look) {
      posted_at_.emplace_back(clock_->Now(), chat_->posted());
      for (int i = 0; i < 8; ++i) Yardstick(&yardstick);
      SetRate();
      next_look_ += hour_ / kLooks;
      if (!chat_->Wait(next_look_ - std::chrono::steady_clock::now())) return chat_->failure();
      const DirectoryUse use = UseOf(path_);
      memory.push_back(static_cast<double>(ResidentBytes()) / kMiB);
      open.push_back(static_cast<double>(OpenFiles()));
      disk.push_back(static_cast<double>(use.bytes) / kMiB);
      files.push_back(static_cast<double>(use.files));
      set.push_back(static_cast<double>(UseOf(set_).bytes) / kMiB);
    }
    Hour hour{.memory = MedianOf(memory),
              .open = MedianOf(open),
              .disk = MedianOf(disk),
              .files = MedianOf(files),
              .set = MedianOf(set)};
    hour.post = chat_->posts().TakePercentile(kShareOfSlow);
    hour.read = chat_->reads().TakePercentile(kShareOfSlow);
    hour.yardstick = yardstick.TakePercentile(kShareOfSlow);
    std::string wrong = CheckLive(&hour);
    hours_.push_back(hour);
    return wrong;
  }

  /// Of all hours; empty: nothing is wrong. `timed`: the run was long enough for sizes and times to mean something.
  std::string Judge(bool timed) const {
    if (!timed || hours_.size() < 9) return "";
    const double more = std::max(1.0, Last(&Hour::live) / First(&Hour::live));
    const double slower = std::max(1.0, Last(&Hour::yardstick) / First(&Hour::yardstick));
    if (Lag() > kLongestRun) return "retention came to no end for hours, whatever the load";
    std::string wrong = Compare("resident memory, MiB", &Hour::memory, kMemoryMargin, kMemorySwing);
    wrong += Compare("open files", &Hour::open, kFileMargin * more, kFileSwing);
    wrong += Compare("bytes on disk, MiB", &Hour::disk, kDiskMargin * more, kDiskSwing);
    wrong += Compare("bytes of the backup set, MiB", &Hour::set, kSetMargin * more, kSetSwing);
    wrong += Compare("files of the store", &Hour::files, kFileMargin * more, kFileSwing);
    wrong += Compare("p99 of a post, us", &Hour::post, kTimeMargin * slower, 0);
    return wrong + Compare("p99 of a read, us", &Hour::read, kTimeMargin * slower, 0);
  }

  std::string Close() {
    chat_->Stop();
    if (std::string failure = chat_->failure(); !failure.empty()) return failure;
    const auto report = store_->Verify();
    if (!report) return report.error().ToString();
    if (!report->ok()) return report->problems.front().where + ": " + report->problems.front().what;
    const Status closed = store_->Close();
    return closed.ok() ? CheckBackups() : closed.ToString();
  }

  std::string Figures() const {
    if (hours_.size() < 3) return fmt::format("{} posts", chat_->posted());
    return fmt::format(
        "{} posts, {:.0f} a second, {} busy, retention behind {} times; first and last third: RSS {:.0f} and {:.0f} "
        "MiB, disk {:.0f} and {:.0f} MiB, live {:.0f} and {:.0f} MiB, files {:.0f} and {:.0f}, backup set {:.0f} and "
        "{:.0f} MiB, p99 of posts {:.0f} and {:.0f} us, of reads {:.0f} and {:.0f} us, of the yardstick {:.0f} and "
        "{:.0f} us; {} backups",
        chat_->posted(), rate_, chat_->busy(), behind_, First(&Hour::memory), Last(&Hour::memory), First(&Hour::disk),
        Last(&Hour::disk), First(&Hour::live), Last(&Hour::live), First(&Hour::files), Last(&Hour::files),
        First(&Hour::set), Last(&Hour::set), First(&Hour::post), Last(&Hour::post), First(&Hour::read),
        Last(&Hour::read), First(&Hour::yardstick), Last(&Hour::yardstick), backups_made_);
  }

 private:
  std::vector<DayChat::Chore> Chores() {
    return {{"reshard", hours{3}, Reshard},
            {"retention", minutes{15}, [this](Store* store) { return Keep(store); }},
            {"backup", hours{1}, [this](Store* store) {
               Status made = BackUp(store, set_);
               if (made.ok()) ++backups_made_;
               return made;
             }}};
  }
  Status Keep(Store* store) {
    const Timestamp now = clock_->Now();
    Status kept = store->RunRetention().status();
    if (kept.ok()) kept_at_ = now.time_since_epoch().count();
    return kept;
  }

  /// That those are there which are to be kept, and that the newest is proved.
  std::string CheckBackups() const {
    if (backups_made_ == 0) return "";
    const auto listed = ListBackups(set_);
    if (!listed) return listed.error().ToString();
    const std::uint64_t kept = std::min<std::uint64_t>(backups_made_, kBackupsKept);
    if (listed->size() != kept) return fmt::format("the set has {} backups, not {}", listed->size(), kept);
    const auto proof = VerifyBackup(set_);
    if (!proof) return proof.error().ToString();
    return proof->opened ? "" : "the newest backup was not proved";
  }

  /// Since the last run of retention that is over began.
  std::chrono::milliseconds Lag() const { return clock_->Now() - Timestamp{std::chrono::milliseconds{kept_at_}}; }

  /// Full load is as much as retention can remove again: with more a store can only grow. The first sixth of the day
  /// finds it; from then on it stays as it is, so that hours can be compared, or gets less.
  void SetRate() {
    if (brief_) return chat_->SetRate(kNoLimit);
    const std::int64_t kept_at = kept_at_;
    const bool late = Lag() > kMostLag;
    // Once for each run that takes too long.
    const bool behind = late && std::exchange(slowed_at_, kept_at) != kept_at;
    const double sixth = static_cast<double>(rounds_) / 6;
    const std::chrono::duration<double> real = std::chrono::steady_clock::now() - began_;
    if (static_cast<double>(hours_.size()) < sixth) {
      if (behind || !late) rate_ *= behind ? 0.7 : 1.1;
    } else if (!found_) {
      found_ = true;
      rate_ = kShareOfMost * static_cast<double>(chat_->posted()) / real.count();
    } else if (behind) {
      rate_ *= 0.8;
      ++behind_;
    }
    chat_->SetRate(rate_);
  }

  /// That what the store holds was posted in the hours that are kept.
  std::string CheckLive(Hour* hour) {
    const Timestamp kept_at{std::chrono::milliseconds{kept_at_}};
    std::uint64_t messages = 0;
    for (std::size_t channel = 0; channel < DayChat::kChannels; ++channel) {
      const auto size = store_->SizeOf(DayChat::ChannelName(channel));
      if (!size) return size.error().ToString();
      messages += size->messages;
      hour->live += static_cast<double>(size->bytes) / kMiB;
    }
    const auto after = std::upper_bound(posted_at_.begin(), posted_at_.end(), kept_at - kKept,
                                        [](Timestamp time, const auto& look) { return time < look.first; });
    if (after == posted_at_.begin()) return "";
    // What the last run of retention that is over has left, and what came since.
    const std::uint64_t posted = chat_->posted() - std::prev(after)->second + DayChat::kMostUncounted;
    if (messages <= posted) return "";
    return fmt::format("{} messages live, {} were posted in the time that they are kept", messages, posted);
  }

  /// Over the hours at the end of the first third, and over the last third.
  double First(double Hour::*what) const {
    const std::size_t third = hours_.size() / 3;
    return MedianOver(third - std::min<std::size_t>(third, 3), third, what);
  }
  double Last(double Hour::*what) const { return MedianOver(hours_.size() - hours_.size() / 3, hours_.size(), what); }
  double MedianOver(std::size_t begin, std::size_t end, double Hour::*what) const {
    std::vector<double> values;
    for (std::size_t i = begin; i < end; ++i) values.push_back(hours_[i].*what);
    return MedianOf(std::move(values));
  }
  std::string Compare(std::string_view name, double Hour::*what, double margin, double swing) const {
    const double most = First(what) * margin + swing;
    if (First(what) == 0 || Last(what) <= most) return "";  // 0: no call of the kind was made
    return fmt::format("{}: {:.1f} in the last third, at most {:.1f} after {:.1f} in the first\n", name, Last(what),
                       most, First(what));
  }

  const std::filesystem::path path_;
  const std::filesystem::path set_;
  const std::chrono::nanoseconds hour_;
  const std::uint64_t rounds_;
  const bool brief_;
  const std::shared_ptr<FastClock> clock_;
  std::atomic<std::int64_t> kept_at_{clock_->Now().time_since_epoch().count()};  // in ms: when retention began to run
  std::atomic<std::uint64_t> backups_made_{0};
  Result<Store> store_;
  std::optional<DayChat> chat_;
  std::vector<std::pair<Timestamp, std::uint64_t>> posted_at_;
  std::vector<Hour> hours_;
  std::chrono::steady_clock::time_point next_look_ = std::chrono::steady_clock::now();
  const std::chrono::steady_clock::time_point began_ = next_look_;
  double rate_ = 3000;  // posts a second
  bool found_ = false;
  std::int64_t slowed_at_ = 0;  // kept_at_ when there were to be fewer
  std::uint64_t behind_ = 0;    // how often retention was, later
};

}  // namespace

RigReport RunDay(const RigOptions& options) {
  constexpr std::chrono::seconds kHour{25};
  constexpr std::chrono::milliseconds kBriefHour{330};
  RigReport report;
  const auto started = std::chrono::steady_clock::now();
  Day day(options, options.brief ? std::chrono::nanoseconds(kBriefHour) : std::chrono::nanoseconds(kHour));
  const auto look = [&](const std::string& wrong) {
    if (!wrong.empty()) report.Violate(fmt::format("hour {}, --seed {}: {}", report.rounds, options.seed, wrong));
  };
  while (report.rounds < options.rounds && report.violations == 0) {
    if (options.time_box.count() > 0 && std::chrono::steady_clock::now() - started >= options.time_box) break;
    look(day.LiveThroughAnHour());
    options.progress(++report.rounds);
  }
  look(day.Judge(!options.brief));
  look(day.Close());
  report.figures = day.Figures();
  return report;
}

}  // namespace rookery::torture
