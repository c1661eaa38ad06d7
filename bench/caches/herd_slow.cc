// A herd at an engine that takes 5 ms for a page, as one behind a network or a slow disk does: what sharing one read is
// worth where a read takes longer than waking those who wait for it.
//
// It is the store's read cache that is asked, without the store around it; a page is read by waiting, then by building
// it from ready rows as the store does.
#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "bench/contender.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/herd.h"
#include "rookery/options.h"
#include "store/page_builder.h"
#include "store/read_cache.h"

namespace rookery::bench {
namespace {

constexpr std::chrono::milliseconds kReadTime{5};

class SlowTarget final : public HerdTarget {
 public:
  explicit SlowTarget(const Workload& workload)
      : chat_(workload.chat),
        encoded_(workload.encoded),
        cache_({.capacity = kMessageCacheBytes}, /*clock=*/nullptr, kEpoch) {
    context_.epoch = kEpoch;
    for (std::size_t i = 0; i < chat_.sizes().channels; ++i) channel_by_name_.emplace(chat_.channel_name(i), i);
  }

  Page Read(const std::string& channel) override {
    return Require(cache_.History(channel, {.limit = kScrollLimit}, {}, [&] { return Load(channel); }));
  }
  std::uint64_t engine_reads() override { return reads_; }
  std::uint64_t waited() override { return cache_.Stats().joined; }

 private:
  static inline const Timestamp kEpoch = IdOptions{}.epoch;

  Result<store::LoadedPage> Load(const std::string& channel) {
    ++reads_;
    store::PageBuilder page(kScrollLimit, context_, *router_, channel);
    std::this_thread::sleep_for(kReadTime);
    const auto messages = chat_.messages_of(channel_by_name_.at(channel));
    const std::size_t count = std::min(messages.size(), kScrollLimit);
    for (std::size_t i = 1; i <= count; ++i) {
      const std::size_t message = messages[messages.size() - i];
      page.Take(encoded_.key_of(message), encoded_.value_of(message));
    }
    const bool has_more = count < messages.size();
    const auto window = Require(std::move(page).Build(has_more));
    return store::LoadedPage{Page(window->messages(), window, has_more), window};
  }

  const Chat& chat_;
  const EncodedChat& encoded_;
  std::map<std::string, std::size_t> channel_by_name_;
  std::atomic<std::uint64_t> reads_{0};
  store::ReadCache cache_;
  store::Context context_;  // of no store: pages ask it for the epoch only
  const std::unique_ptr<routing::Router> router_ = routing::Router::New(routing::MakeShardMap(HashRouting{1}));
};

class SlowHerdTask final : public Task {
 public:
  SlowHerdTask(const Ground& ground, std::size_t callers) : workload_(ground.workload), callers_(callers) {}

  Measurement RunRound(int /*round*/) override {
    SlowTarget target(workload_);
    return RunHerds(workload_.chat, &target, callers_);
  }
  void Finish() override {}

 private:
  const Workload& workload_;
  const std::size_t callers_;
};

}  // namespace

Entrants HerdFromSlowEngine() {
  return HerdEntrants(
      [](const Ground& ground, std::size_t callers) { return std::make_unique<SlowHerdTask>(ground, callers); });
}

}  // namespace rookery::bench
