#include "tests/torture/source_stores.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tests/support/disk_calls.h"
#include "tests/support/manual_clock.h"
#include "tests/torture/author.h"

namespace rookery::torture {
namespace {

namespace fs = std::filesystem;
using testing::DiskCall;

/// Whoever makes a table or removes a file waits while it is held.
class HeldTables final : public testing::DiskWatch {
 public:
  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    released_.notify_all();
  }
  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override {
    const bool table = call.kind == DiskCall::Kind::kCreate && call.path.extension() == ".sst";
    if (table || call.kind == DiskCall::Kind::kRemove) {
      std::unique_lock lock(mutex_);
      released_.wait(lock, [this] { return !held_; });
    }
    return go();
  }

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  bool held_ = false;  // guarded by mutex_
};

class Holding {
 public:
  explicit Holding(HeldTables* tables) : tables_(*tables) { tables_.Hold(); }
  ~Holding() { tables_.Release(); }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;

 private:
  HeldTables& tables_;
};

void Require(const Status& status, const std::string& what) {
  if (!status.ok()) throw std::runtime_error(what + " answers " + status.ToString());
}

/// The name of the log that is written to.
std::string NewestLogIn(const fs::path& store) {
  std::string newest;
  for (const auto& entry : fs::directory_iterator(store / "cell-0000")) {
    if (entry.path().extension() == ".log") newest = std::max(newest, entry.path().filename().string());
  }
  return newest;
}

class Maker {
 public:
  explicit Maker(const fs::path& directory) : directory_(directory) {}

  std::vector<SourceStore> Make() {
    const fs::path live = directory_ / "live";
    fs::create_directory(live);
    const testing::DiskCalls calls(live, &tables_);
    StoreOptions options = SmallStore(clock_);
    options.routing = HashRouting{.shards = 3};
    auto opened = Store::Open(live, options);
    Require(opened.status(), "opening the source");
    Store store = *std::move(opened);
    Write(&store, 60);
    Require(store.Compact(), "compacting the source");
    CopyHeld("early");
    Write(&store, 40);
    Require(store.Compact(), "compacting the source");
    Write(&store, 6);
    CopyHeld("killed");
    {
      const Holding holding(&tables_);
      const std::string log = NewestLogIn(live);
      while (NewestLogIn(live) == log) Write(&store, 1);
      Copy("flushing");
    }
    Write(&store, 10);
    Require(store.Close(), "closing the source");
    Copy("closed");
    sources_.erase(sources_.begin());
    return std::move(sources_);
  }

 private:
  void Write(Store* store, int steps) {
    for (int i = 0; i < steps; ++i) {
      clock_->Advance(std::chrono::milliseconds{dice_.OneIn(10) ? 50'000 : 5});
      const Step step = author_.Write(store);
      Require(step.status, step.what);
    }
  }
  void CopyHeld(const std::string& name) {
    const Holding holding(&tables_);
    Copy(name);
  }
  void Copy(const std::string& name) {
    // What was already being removed when the tables were held goes on being removed.
    constexpr int kTries = 10;
    std::error_code error = std::make_error_code(std::errc::no_such_file_or_directory);
    for (int i = 0; i < kTries && error; ++i) {
      fs::remove_all(directory_ / name);
      error.clear();
      fs::copy(directory_ / "live", directory_ / name, fs::copy_options::recursive, error);
    }
    if (error) throw std::runtime_error("copying the source: " + error.message());
    SourceStore source{.path = directory_ / name, .rows = author_.rows(), .past = author_.past(), .older = {}};
    for (const SourceStore& before : sources_) source.older.push_back(before.path);
    sources_.push_back(std::move(source));
  }

  const fs::path directory_;
  HeldTables tables_;
  const std::shared_ptr<testing::ManualClock> clock_ = std::make_shared<testing::ManualClock>();
  Dice dice_{1};
  Author author_{&dice_, {.attachments = true, .compactions = false}, {}};
  std::vector<SourceStore> sources_;
};

}  // namespace

StoreOptions SmallStore(std::shared_ptr<const Clock> clock) {
  StoreOptions options;
  options.tuning.block_cache_bytes = std::size_t{4} << 20;
  options.tuning.write_buffer_bytes = std::size_t{2} << 20;
  options.tuning.blob_threshold_bytes = 4096;
  options.tuning.overrides = {{"max_total_wal_size", "20000"}, {"write_buffer_size", "65536"}};
  options.cache.capacity = std::size_t{1} << 20;
  options.stats_interval = std::chrono::milliseconds{0};
  options.retention_interval = std::chrono::milliseconds{0};
  options.bucket_width = std::chrono::minutes{1};
  options.clock = std::move(clock);
  return options;
}

std::vector<SourceStore> MakeSourceStores(const fs::path& directory) {
  fs::create_directories(directory);
  return Maker(directory).Make();
}

SourceBackups MakeSourceBackups(const fs::path& directory) {
  fs::create_directories(directory);
  const auto clock = std::make_shared<testing::ManualClock>();
  Dice dice(2);
  Author author(&dice, {.attachments = true}, {});
  StoreOptions options = SmallStore(clock);
  options.routing = HashRouting{.shards = 2};
  auto store = Store::Open(directory / "live", options);
  Require(store.status(), "opening the source");
  SourceBackups source{.set = directory / "set", .backups = {}};
  for (const int steps : {40, 25}) {
    for (int i = 0; i < steps; ++i) {
      clock->Advance(std::chrono::milliseconds{5});
      const Step step = author.Write(&*store);
      Require(step.status, step.what);
    }
    const auto made = store->CreateBackup(source.set);
    Require(made.status(), "backing up the source");
    source.backups.push_back({.name = made->backup.name, .rows = author.rows()});
  }
  Require(store->Close(), "closing the source");
  return source;
}

}  // namespace rookery::torture
