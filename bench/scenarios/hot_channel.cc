// A hot channel: two callers post and read without pause, and what is timed is only how long reads of the *other*
// channels take, while the hot one gets its equal share of the traffic or nine tenths of it.
//
// The hot channel is one of its own beside the chat's. Both entrants take equally many samples; the one with the hot
// channel does ten times as much work for them. One operation in ten is a post.
#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/clocks.h"
#include "bench/contender.h"
#include "bench/contenders/rookery_options.h"
#include "bench/crowd.h"
#include "bench/data/random.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 81;
constexpr std::size_t kCallers = 2;
constexpr double kHotShare = 0.9;
constexpr std::uint64_t kOperationsPerPost = 10;
constexpr const char* kHotChannel = "hot";

/// How many timed reads a caller makes in a round.
std::size_t SamplesFor(const Chat& chat) { return std::clamp<std::size_t>(chat.sizes().messages / 50, 200, 20'000); }

Store OpenCopy(const Ground& ground) {
  std::filesystem::create_directories(ground.directory.parent_path());
  std::filesystem::copy(ground.filled_store, ground.directory, std::filesystem::copy_options::recursive);
  return Require(Store::Open(ground.directory, RookeryOptions(kMessageCacheBytes)));
}

/// One of the threads, in one round.
class alignas(64) Caller {
 public:
  Caller(const Chat& chat, Store* store, double hot_share, std::uint64_t seed)
      : chat_(chat), store_(store), hot_share_(hot_share), random_(seed) {}

  void Run(std::size_t samples) {
    others_.reserve(samples);
    while (others_.size() < samples) {
      const bool hot = random_.Unit() < hot_share_;
      const std::size_t channel = random_.Below(chat_.sizes().channels);
      const std::string& name = hot ? hot_name_ : chat_.channel_name(channel);
      ++operations_;
      if (random_.Below(kOperationsPerPost) == 0) {
        Post(name, hot);
      } else if (hot) {
        ExpectPage(Read(name), posted_.size());
      } else {
        const std::int64_t begin = WallNanoseconds();
        const Page page = Read(name);
        others_.push_back(WallNanoseconds() - begin);
        ExpectPage(page, chat_.messages_of(channel).size());
      }
    }
  }

  std::size_t operations() const { return operations_; }
  const std::vector<std::int64_t>& others() const { return others_; }
  /// To the hot channel, oldest first.
  const std::vector<MessageId>& posted() const { return posted_; }

 private:
  void Post(const std::string& channel, bool hot) {
    const std::string_view content = chat_.content_of(operations_ % chat_.sizes().messages);
    const MessageId id = Require(store_->Post({.channel = channel, .author = "caller", .content = content}));
    if (hot) posted_.push_back(id);
  }

  Page Read(const std::string& channel) const { return Require(store_->History(channel, {.limit = kScrollLimit})); }

  /// Others may have posted besides, so a page may hold more than the `known` messages, and other ones.
  void ExpectPage(const Page& page, std::size_t known) const {
    const auto newer = [](const MessageView& a, const MessageView& b) { return a.id() > b.id(); };
    const bool full = page.size() >= std::min(known, kScrollLimit);
    if (!full || !std::is_sorted(page.begin(), page.end(), newer))
      throw Failure("a page that was read while others post is not the latest one");
  }

  const Chat& chat_;
  Store* const store_;
  const double hot_share_;
  const std::string hot_name_ = kHotChannel;
  Random random_;
  std::size_t operations_ = 0;
  std::vector<std::int64_t> others_;  // nanoseconds
  std::vector<MessageId> posted_;
};

class HotChannelTask final : public Task {
 public:
  /// `hot_share`: of the operations, that goes to the hot channel; absent: as much as to any other.
  HotChannelTask(const Ground& ground, std::optional<double> hot_share)
      : chat_(ground.workload.chat),
        hot_share_(hot_share.value_or(1.0 / static_cast<double>(chat_.sizes().channels + 1))),
        store_(OpenCopy(ground)) {
    for (std::size_t channel = 0; channel < chat_.sizes().channels; ++channel) {
      Require(store_.History(chat_.channel_name(channel), {.limit = kScrollLimit}));
    }
  }

  Measurement RunRound(int round) override {
    std::vector<Caller> callers;
    Random seeds(chat_.sizes().seed + kSeed + static_cast<std::uint64_t>(round));
    for (std::size_t i = 0; i < kCallers; ++i) callers.emplace_back(chat_, &store_, hot_share_, seeds.Next());
    Crowd crowd(kCallers, [&](std::size_t i) { callers[i].Run(SamplesFor(chat_)); });
    const std::int64_t nanoseconds = LastDone(crowd.Release());
    std::vector<std::int64_t> others;
    double operations = 0;
    for (const Caller& caller : callers) {
      others.insert(others.end(), caller.others().begin(), caller.others().end());
      posted_.insert(posted_.end(), caller.posted().begin(), caller.posted().end());
      operations += static_cast<double>(caller.operations());
    }
    CheckHotChannel();
    return {{"others_p50", "us", static_cast<double>(Percentile(others, 0.50)) / 1e3},
            {"others_p99", "us", static_cast<double>(Percentile(others, 0.99)) / 1e3},
            {"operations_per_second", "ops/s", operations * 1e9 / static_cast<double>(nanoseconds)}};
  }
  void Finish() override { Require(store_.Close()); }

 private:
  /// Its latest page must be the latest of all that was ever posted to it.
  void CheckHotChannel() {
    std::sort(posted_.begin(), posted_.end(), std::greater<>());
    const Page page = Require(store_.History(kHotChannel, {.limit = kScrollLimit}));
    const auto latest = std::span(posted_).first(std::min(posted_.size(), kScrollLimit));
    const auto same = [](const MessageView& message, MessageId id) { return message.id() == id; };
    Require(std::equal(page.begin(), page.end(), latest.begin(), latest.end(), same),
            "the latest page of the hot channel is wrong");
  }

  const Chat& chat_;
  const double hot_share_;
  Store store_;
  std::vector<MessageId> posted_;  // to the hot channel, in all rounds
};

}  // namespace

Entrants HotChannel() {
  const auto with = [](std::optional<double> hot_share) {
    return [=](const Ground& ground) { return std::make_unique<HotChannelTask>(ground, hot_share); };
  };
  return {.baseline = "uniform",
          .all = {{"uniform", with(std::nullopt)}, {"one_hot", with(kHotShare)}},
          .want_filled_store = true};
}

}  // namespace rookery::bench
