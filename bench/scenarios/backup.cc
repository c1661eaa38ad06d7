// What a caller notices who posts and reads messages while backups of the filled store are made, one after the other.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "bench/clocks.h"
#include "bench/contenders/rookery_options.h"
#include "bench/data/random.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/scenario.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

/// Makes backups in a thread of its own, each in a set of its own, from its construction to End.
class Backups {
 public:
  Backups(Store* store, std::filesystem::path directory, std::uint64_t bytes_per_second)
      : thread_([this, store, directory = std::move(directory), bytes_per_second] {
          for (int i = 0; !ended_; ++i) {
            const BackupOptions options{.max_bytes_per_second = bytes_per_second,
                                        .progress = [this](const BackupProgress&) { return !ended_; }};
            const auto report = store->CreateBackup(directory / std::to_string(i), options);
            if (!report && ended_) break;
            Require(report.status());
            ++made_;
            std::filesystem::remove_all(directory / std::to_string(i));
          }
        }) {}
  ~Backups() { End(); }
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;

  void End() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int made() const { return made_; }

 private:
  std::atomic<bool> ended_{false};
  std::atomic<int> made_{0};
  std::thread thread_;
};

/// Who posts and gets, in turns. Used by one thread.
class Caller {
 public:
  Caller(const Chat& chat, Store* store) : chat_(chat), store_(*store) {}

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
  }

  Measurement Result() const {
    return {{"post_p50", "ns", static_cast<double>(Percentile(posts_, 0.5))},
            {"post_p99", "ns", static_cast<double>(Percentile(posts_, 0.99))},
            {"get_p50", "ns", static_cast<double>(Percentile(gets_, 0.5))},
            {"get_p99", "ns", static_cast<double>(Percentile(gets_, 0.99))}};
  }

 private:
  template <typename Call>
  static void Time(std::vector<std::int64_t>* times, Call&& call) {
    const std::int64_t begin = WallNanoseconds();
    call();
    times->push_back(WallNanoseconds() - begin);
  }

  const Chat& chat_;
  Store& store_;
  Random random_{1};
  std::vector<std::int64_t> posts_;
  std::vector<std::int64_t> gets_;
};

enum class Beside { kNothing, kBackups, kSlowBackups };

class BackupTask final : public Task {
 public:
  BackupTask(const Ground& ground, Beside beside) : ground_(ground), beside_(beside) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& ground) { return Run(ground); });
  }
  void Finish() override {}

 private:
  Measurement Run(const Ground& ground) const {
    constexpr std::uint64_t kSlow = std::uint64_t{20} << 20;
    const Chat& chat = ground.workload.chat;
    std::filesystem::copy(ground.filled_store, ground.directory, std::filesystem::copy_options::recursive);
    Store store = Require(Store::Open(ground.directory, RookeryOptions(/*cache_bytes=*/0)));
    const std::size_t steps = chat.sizes().messages / 2;
    Caller warming(chat, &store);
    for (std::size_t i = 0; i < steps / 5; ++i) warming.Step();
    Caller caller(chat, &store);
    if (beside_ == Beside::kNothing) {
      for (std::size_t i = 0; i < steps; ++i) caller.Step();
    } else {
      const std::filesystem::path sets = ground.directory.string() + ".backups";
      std::filesystem::create_directory(sets);
      Backups backups(&store, sets, beside_ == Beside::kSlowBackups ? kSlow : 0);
      for (std::size_t i = 0; i < steps || backups.made() == 0; ++i) caller.Step();
      backups.End();
      std::filesystem::remove_all(sets);
    }
    Require(store.Close());
    return caller.Result();
  }

  const Ground ground_;
  const Beside beside_;
};

}  // namespace

Entrants Backup() {
  const auto with = [](Beside beside) {
    return [beside](const Ground& ground) { return std::make_unique<BackupTask>(ground, beside); };
  };
  return {.baseline = "quiet",
          .all = {{"quiet", with(Beside::kNothing)},
                  {"backup", with(Beside::kBackups)},
                  {"backup_20_mib_s", with(Beside::kSlowBackups)}},
          .want_filled_store = true,
          .most_rounds = 5};
}

}  // namespace rookery::bench
