#include "bench/year.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <string>
#include <utility>

#include "bench/clocks.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/measurement.h"
#include "bench/scratch.h"
#include "bench/year_traffic.h"
#include "rookery/options.h"

namespace rookery::bench {
namespace {

constexpr Timestamp kNewYear{std::chrono::milliseconds{1'704'067'200'000}};  // 2024-01-01T00:00:00Z
constexpr std::size_t kRunsPerQuiet = 4;  // enough reads without retention are noted before one run of four
/// Retention runs each day, or after so many messages if a day has fewer, as in a chat that only shows that it works;
/// and at least so often.
constexpr std::size_t kFewestRuns = 10;
constexpr std::size_t kFewestPerRun = 500;
constexpr double kMiB = 1024.0 * 1024.0;

/// What a year's days were like, from the day on which retention has something to remove.
struct Noted {
  ReadTimes quiet;    // reads while no retention ran
  ReadTimes running;  // reads that began while it did
  std::vector<std::int64_t> runs;
};

/// All files of a store, at the end of a month.
struct Disk {
  std::uint64_t open = 0;  // with log and what is not yet deleted
  std::uint64_t closed = 0;
};

class Year {
 public:
  Year(const Ground& ground, const OpenYearStore& open, const Calendar& calendar)
      : ground_(ground), open_(open), calendar_(calendar), traffic_(ground.workload, calendar) {
    OpenStore();
  }

  void Live(int day) {
    const bool note = day > kYearKeeps.count() + 1;
    const std::size_t noon = (calendar_.first_of(day) + calendar_.first_of(day + 1)) / 2;
    const auto always = [] { return true; };
    if (!calendar_.retention_runs_on(day)) return PostUntil(calendar_.first_of(day + 1), nullptr, always);
    PostUntil(noon, note && noted_.runs.size() % kRunsPerQuiet == 0 ? &noted_.quiet : nullptr, always);
    const Timestamp began = traffic_.now();
    auto run = std::async(std::launch::async, [this] {
      const std::int64_t begin = WallNanoseconds();
      store_->EnforceRetention();
      return WallNanoseconds() - begin;
    });
    const auto runs = [&] { return run.wait_for(std::chrono::seconds{0}) != std::future_status::ready; };
    const std::size_t before = reads_;
    PostUntil(calendar_.first_of(day + 1), note ? &noted_.running : nullptr, runs);
    for (; runs(); ++reads_) traffic_.Read(store_.get(), nullptr);
    SetPace(reads_ - before, calendar_.first_of(day + 1) - noon);
    const std::int64_t took = run.get();
    if (note) noted_.runs.push_back(took);
    traffic_.NoteRetention(began);
  }

  /// Closes the store, looks and opens it again.
  Disk MeasureDisk() {
    Disk disk{.open = BytesIn(ground_.directory)};
    store_->Close();
    disk.closed = BytesIn(ground_.directory);
    OpenStore();
    return disk;
  }

  /// What the messages that are young enough take by themselves, in a new store, compacted.
  std::uint64_t LivingBytes() const {
    std::filesystem::path directory = ground_.directory;
    directory += "-living";
    const std::size_t first = traffic_.first_kept();
    const auto living = open_(ground_.workload, directory, calendar_.time_of(first));
    for (std::size_t message = first; message < traffic_.posted(); ++message) {
      living->Post(message, calendar_.time_of(message));
    }
    living->Compact();
    living->Close();
    const std::uint64_t bytes = BytesIn(directory);
    std::filesystem::remove_all(directory);
    return bytes;
  }

  void CheckAndClose() {
    store_->EnforceRetention();
    traffic_.ExpectOnlyKept(store_.get());
    store_->Close();
  }

  const Noted& noted() const { return noted_; }

 private:
  void OpenStore() { store_ = open_(ground_.workload, ground_.directory, traffic_.now()); }

  /// Posts the messages before `end`, and reads between them while going_on(), unless nobody notes the times.
  template <typename GoingOn>
  void PostUntil(std::size_t end, ReadTimes* times, const GoingOn& going_on) {
    while (traffic_.posted() < end) {
      traffic_.Post(store_.get());
      if (times == nullptr) continue;
      for (std::size_t i = 0; i < reads_per_post_ && going_on(); ++i, ++reads_) traffic_.Read(store_.get(), times);
    }
  }

  /// So many reads were made during a run: the posts beside the next one are to last as long, and a little longer.
  void SetPace(std::size_t reads, std::size_t posts) {
    reads_per_post_ = std::max(reads_per_post_ * 9 / 10, 1 + reads * 3 / 2 / std::max<std::size_t>(posts, 1));
  }

  const Ground& ground_;
  const OpenYearStore& open_;
  const Calendar& calendar_;
  YearTraffic traffic_;
  std::unique_ptr<YearStore> store_;
  std::size_t reads_per_post_ = 1;  // the same with and without retention
  std::size_t reads_ = 0;
  Noted noted_;
};

void AddReads(std::string_view what, const std::vector<std::int64_t>& quiet, const std::vector<std::int64_t>& running,
              Measurement* measurement) {
  Require(!quiet.empty() && !running.empty(), "no read fell into a run of retention, or none fell outside of one");
  const auto before = static_cast<double>(Percentile(quiet, 0.99));
  const auto during = static_cast<double>(Percentile(running, 0.99));
  measurement->push_back({fmt::format("{}_p99_quiet", what), "us", before / 1e3});
  measurement->push_back({fmt::format("{}_p99_running", what), "us", during / 1e3});
  measurement->push_back({fmt::format("{}_p99_of_quiet", what), "x", during / before});
}

class YearTask final : public Task {
 public:
  YearTask(const Ground& ground, OpenYearStore open)
      : ground_(ground), open_(std::move(open)), calendar_(ground.workload.chat.sizes().messages) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& fresh) { return Live(fresh); });
  }
  void Finish() override {}

 private:
  Measurement Live(const Ground& ground) {
    Year year(ground, open_, calendar_);
    std::vector<Disk> disks;
    for (int month = 0, day = 0; month < Calendar::kMonths; ++month) {
      for (; day < Calendar::end_of_month(month); ++day) year.Live(day);
      disks.push_back(year.MeasureDisk());
      // The same messages in every round.
      if (living_.size() < disks.size()) living_.push_back(static_cast<double>(year.LivingBytes()));
    }
    year.CheckAndClose();
    Measurement measurement;
    AddReads("page", year.noted().quiet.pages, year.noted().running.pages, &measurement);
    AddReads("get", year.noted().quiet.gets, year.noted().running.gets, &measurement);
    measurement.push_back({"run_p50", "ms", static_cast<double>(Percentile(year.noted().runs, 0.50)) / 1e6});
    measurement.push_back({"run_max", "ms", static_cast<double>(Percentile(year.noted().runs, 1.0)) / 1e6});
    AddDisk(disks, &measurement);
    return measurement;
  }

  void AddDisk(const std::vector<Disk>& disks, Measurement* measurement) const {
    double most = 0;
    double most_open = 0;
    for (std::size_t month = 0; month < disks.size(); ++month) {
      const double closed = static_cast<double>(disks[month].closed) / living_[month];
      measurement->push_back({fmt::format("disk_month_{:02}", month + 1), "x living", closed});
      if (month > 0) most = std::max(most, closed);  // in the first one there is nothing to remove
      most_open = std::max(most_open, static_cast<double>(disks[month].open) / kMiB);
    }
    measurement->push_back({"disk_most", "x living", most});
    measurement->push_back({"disk_end", "MiB", static_cast<double>(disks.back().closed) / kMiB});
    measurement->push_back({"living_end", "MiB", living_.back() / kMiB});
    measurement->push_back({"disk_open_most", "MiB", most_open});
  }

  const Ground ground_;
  const OpenYearStore open_;
  const Calendar calendar_;
  std::vector<double> living_;  // by month: bytes
};

}  // namespace

Timestamp Calendar::time_of(std::size_t message) const {
  constexpr std::uint64_t kYear = std::chrono::milliseconds{std::chrono::days{kDays}}.count();
  return kNewYear + std::chrono::milliseconds{message * kYear / messages_};
}

bool Calendar::retention_runs_on(int day) const {
  const std::size_t per_run = std::clamp<std::size_t>(messages_ / kFewestRuns, 1, kFewestPerRun);
  return first_of(day + 1) / per_run != first_of(day) / per_run;
}

std::size_t Calendar::first_of(int day) const { return messages_ * static_cast<std::size_t>(day) / kDays; }

MessageId YearKeptFrom(Timestamp now) {
  const auto since_epoch = static_cast<std::uint64_t>((now - kYearKeeps - IdOptions{}.epoch).count());
  return MessageId{since_epoch << MessageId::kTimeShift};
}

std::unique_ptr<Task> NewYearTask(const Ground& ground, const OpenYearStore& open) {
  return std::make_unique<YearTask>(ground, open);
}

}  // namespace rookery::bench
