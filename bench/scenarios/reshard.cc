// Reshard jobs (bench/reshard.h) on a copy of the filled store: how fast they copy, and what a caller notices who
// posts, reads messages and reads latest pages all the while.
#include "bench/reshard.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/clocks.h"
#include "bench/contenders/rookery_options.h"
#include "bench/data/random.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr std::chrono::minutes kPatience{30};

/// Notes when the shard map is exchanged.
class SwitchClock final : public Logger {
 public:
  void Log(LogLevel /*level*/, std::string_view component, std::string_view message) noexcept override {
    if (component != "reshard") return;
    if (message == "both places are the same") began_ = WallNanoseconds();
    if (message == "switched") ended_ = WallNanoseconds();
  }
  /// Whether something that was done then overlaps with it.
  bool Overlaps(std::int64_t begin, std::int64_t end) const {
    const std::int64_t began = began_;
    const std::int64_t ended = ended_;
    return began != 0 && end >= began && (ended == 0 || begin <= ended);
  }

 private:
  std::atomic<std::int64_t> began_{0};
  std::atomic<std::int64_t> ended_{0};
};

Store OpenCopy(const Ground& ground, std::shared_ptr<Logger> logger) {
  std::filesystem::copy(ground.filled_store, ground.directory, std::filesystem::copy_options::recursive);
  StoreOptions options = RookeryOptions(/*cache_bytes=*/0);
  options.logger = std::move(logger);
  return Require(Store::Open(ground.directory, options));
}

ReshardStatus JobOf(const Store& store) {
  const auto job = Require(store.Reshard());
  Require(job.has_value(), "there is no job");
  return *job;
}

void ExpectDone(const Store& store) {
  const ReshardStatus job = JobOf(store);
  Require(job.phase == ReshardPhase::kDone, "the job is not done: " + job.paused_reason);
  Require(job.reads_differing == 0, "reads were not the same in both places");
}

class CopyTask final : public Task {
 public:
  explicit CopyTask(const Ground& ground) : ground_(ground) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [](const Ground& ground) { return Run(ground); });
  }
  void Finish() override {}

 private:
  static Measurement Run(const Ground& ground) {
    Store store = OpenCopy(ground, nullptr);
    const Fingerprint before = Require(store.VerifyReshard()).store;
    Require(store.StartReshard(ResizeShards{kShardsAfter}, {.share = 1}).status());
    const std::int64_t began = WallNanoseconds();
    while (JobOf(store).phase == ReshardPhase::kBackfill) {
      const Status waited = store.AwaitReshard(std::chrono::milliseconds{2});
      if (!waited.ok() && waited.code() != StatusCode::kBusy) Require(waited);
    }
    const double seconds = static_cast<double>(WallNanoseconds() - began) / 1e9;
    Require(store.AwaitReshard(kPatience));
    ExpectDone(store);
    Require(Require(store.VerifyReshard()).store == before, "the store does not hold what it held");
    const ReshardStatus job = JobOf(store);
    Require(store.Close());
    return {{"copied_rows", "/s", static_cast<double>(job.rows_copied) / seconds},
            {"copied_bytes", "B/s", static_cast<double>(job.bytes_copied) / seconds}};
  }

  const Ground ground_;
};

/// The caller of the second scenario. Used by one thread.
class Caller {
 public:
  Caller(const Chat& chat, Store* store, const SwitchClock& clock) : chat_(chat), store_(*store), clock_(clock) {}

  void Step() {
    const std::size_t message = random_.Below(chat_.sizes().messages);
    const std::string& channel = chat_.channel_name(chat_.channel_of(message));
    Time(&posts_, [&] {
      Require(
          store_.Post({.channel = channel, .author = chat_.author_of(message), .content = chat_.content_of(message)})
              .status());
    });
    const std::size_t other = random_.Below(chat_.sizes().messages);
    const std::string& other_channel = chat_.channel_name(chat_.channel_of(other));
    Time(&gets_, [&] {
      const auto found = Require(store_.Get(other_channel, chat_.id_of(other)));
      Require(found && found->content() == chat_.content_of(other), "a message is missing or wrong");
    });
    Time(&pages_,
         [&] { Require(!Require(store_.History(channel, {.limit = kScrollLimit})).empty(), "an empty page"); });
  }

  Measurement Result() const {
    const auto seconds = [](const std::vector<std::int64_t>& times) {
      double sum = 0;
      for (const std::int64_t time : times) sum += static_cast<double>(time) / 1e9;
      return sum;
    };
    const auto count = static_cast<double>(posts_.size());
    const double posting = seconds(posts_);
    return {{"posts_per_second", "/s", count / posting},
            {"steps_per_second", "/s", count / (posting + seconds(gets_) + seconds(pages_))},
            {"post_p99", "ns", static_cast<double>(Percentile(posts_, 0.99))},
            {"get_p50", "ns", static_cast<double>(Percentile(gets_, 0.5))},
            {"get_p99", "ns", static_cast<double>(Percentile(gets_, 0.99))},
            {"page_p50", "ns", static_cast<double>(Percentile(pages_, 0.5))},
            {"page_p99", "ns", static_cast<double>(Percentile(pages_, 0.99))},
            {"switch_longest", "ns", static_cast<double>(longest_)}};
  }

 private:
  template <typename Call>
  void Time(std::vector<std::int64_t>* times, Call&& call) {
    const std::int64_t begin = WallNanoseconds();
    call();
    const std::int64_t end = WallNanoseconds();
    times->push_back(end - begin);
    if (clock_.Overlaps(begin, end)) longest_ = std::max(longest_, end - begin);
  }

  const Chat& chat_;
  Store& store_;
  const SwitchClock& clock_;
  Random random_{1};
  std::vector<std::int64_t> posts_;
  std::vector<std::int64_t> gets_;
  std::vector<std::int64_t> pages_;
  std::int64_t longest_ = 0;  // of what overlapped with the exchange of maps
};

class TrafficTask final : public Task {
 public:
  /// `share`: of the job; absent: there is none.
  TrafficTask(const Ground& ground, std::optional<double> share) : ground_(ground), share_(share) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& ground) { return Run(ground); });
  }
  void Finish() override {}

 private:
  Measurement Run(const Ground& ground) const {
    const Chat& chat = ground.workload.chat;
    const auto clock = std::make_shared<SwitchClock>();
    Store store = OpenCopy(ground, clock);
    const std::size_t warm = chat.sizes().messages / 10;
    Caller warming(chat, &store, *clock);
    for (std::size_t i = 0; i < warm; ++i) warming.Step();
    Caller caller(chat, &store, *clock);
    if (!share_) {
      // About as many as during a job at the default share: memtables get fuller, and are flushed.
      for (std::size_t i = 0; i < chat.sizes().messages / 2; ++i) caller.Step();
    } else {
      Require(store.StartReshard(ResizeShards{kShardsAfter}, {.share = *share_}).status());
      do {
        caller.Step();
      } while (JobOf(store).working);
      ExpectDone(store);
    }
    Require(store.Close());
    return caller.Result();
  }

  const Ground ground_;
  const std::optional<double> share_;
};

class OpenTask final : public Task {
 public:
  OpenTask(const Ground& ground, std::uint32_t shards) : ground_(ground), shards_(shards) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& ground) { return Run(ground); });
  }
  void Finish() override {}

 private:
  Measurement Run(const Ground& ground) const {
    const Chat& chat = ground.workload.chat;
    StoreOptions options = RookeryOptions(/*cache_bytes=*/0);
    options.routing = HashRouting{.shards = shards_};
    {
      Store store = Require(Store::Open(ground.directory, options));
      for (std::size_t i = 0; i < chat.sizes().messages; i += 100) {
        std::vector<NewMessage> batch;
        for (std::size_t j = i; j < std::min(i + 100, chat.sizes().messages); ++j) {
          batch.push_back({.channel = chat.channel_name(chat.channel_of(j)),
                           .author = chat.author_of(j),
                           .content = chat.content_of(j)});
        }
        Require(store.PostBatch(batch).status());
      }
      Require(store.Close());
    }
    const std::int64_t began = WallNanoseconds();
    Store store = Require(Store::Open(ground.directory, options));
    const std::int64_t opened = WallNanoseconds() - began;
    Require(Require(store.Info()).shards == shards_, "the store has not its shards");
    Require(store.Close());
    return {{"open", "ns", static_cast<double>(opened)}};
  }

  const Ground ground_;
  const std::uint32_t shards_;
};

}  // namespace

Entrants ReshardCopy() {
  return {.baseline = "rocksdb",
          .all = {{"rocksdb", NewRawCopyTask},
                  {"rookery", [](const Ground& ground) { return std::make_unique<CopyTask>(ground); }}},
          .want_filled_store = true,
          .most_rounds = 5};
}

Entrants ReshardTraffic() {
  const auto with = [](std::optional<double> share) {
    return [share](const Ground& ground) { return std::make_unique<TrafficTask>(ground, share); };
  };
  return {.baseline = "quiet",
          .all = {{"quiet", with(std::nullopt)}, {"default", with(ReshardOptions{}.share)}, {"unthrottled", with(1.0)}},
          .want_filled_store = true,
          .most_rounds = 5};
}

Entrants ManyShards() {
  const auto with = [](std::uint32_t shards) {
    return [shards](const Ground& ground) { return std::make_unique<OpenTask>(ground, shards); };
  };
  return {.baseline = "16", .all = {{"16", with(16)}, {"1024", with(1024)}}, .most_rounds = 5};
}

}  // namespace rookery::bench
