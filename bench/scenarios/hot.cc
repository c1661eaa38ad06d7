// Hot reads: what is asked for again and again, so that it is in every memory that a contender has.
#include <algorithm>
#include <string>
#include <vector>

#include "bench/data/random.h"
#include "bench/data/zipf.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/reference.h"
#include "bench/scenario.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 79;
constexpr double kExponent = 0.99;
constexpr std::size_t kHotMessages = 16'384;
constexpr std::size_t kHotChannels = 64;
constexpr std::size_t kPerLap = 64;

/// How many laps: fewer for a small chat, which is there to show that answers agree.
std::size_t LapsFor(const Chat& chat) { return std::clamp<std::size_t>(chat.sizes().messages / 50, 20, 8'000); }

class HotGet final : public Scenario {
 public:
  explicit HotGet(const Chat& chat) : chat_(chat) {
    Random random(chat.sizes().seed + kSeed);
    std::vector<std::size_t> hot(std::min(kHotMessages, chat.sizes().messages));
    for (std::size_t& message : hot) message = random.Below(chat.sizes().messages);
    const Zipf popularity(hot.size(), kExponent);
    queries_.resize(LapsFor(chat) * kPerLap);
    for (std::size_t& query : queries_) query = hot[popularity.Draw(&random)];
    hot_ = std::move(hot);
  }

  Start start() const override { return Start::kFilledStore; }

  Measurement Run(Contender* contender) const override {
    for (const std::size_t message : hot_) ExpectThere(message, contender->Get(message));
    Latencies latencies(queries_.size() / kPerLap, kPerLap);
    latencies.Start();
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      ExpectThere(queries_[i], contender->Get(queries_[i]));
      if ((i + 1) % kPerLap == 0) latencies.Lap();
    }
    latencies.Stop();
    Measurement measurement;
    latencies.AddTo(&measurement, "reads", queries_.size());
    return measurement;
  }

  void Check(Contender* contender) const override {
    // Twice, so that what a cache gives back is compared too.
    for (int i = 0; i < 2; ++i) {
      for (const std::size_t message : hot_) ExpectMessage(chat_, message, contender);
    }
  }

 private:
  static void ExpectThere(std::size_t message, bool found) {
    if (!found) throw Failure("message " + std::to_string(message) + " is missing");
  }

  const Chat& chat_;
  std::vector<std::size_t> hot_;
  std::vector<std::size_t> queries_;
};

class HotScroll final : public Scenario {
 public:
  explicit HotScroll(const Chat& chat) : chat_(chat) {
    Random random(chat.sizes().seed + kSeed);
    const Zipf popularity(std::min(kHotChannels, chat.sizes().channels), kExponent);
    queries_.resize(std::max<std::size_t>(1, LapsFor(chat) / 4) * kPerLap);
    for (Query& query : queries_) {
      query.channel = popularity.Draw(&random);
      query.expected = ExpectedScroll(chat, query.channel);
    }
  }

  Start start() const override { return Start::kFilledStore; }

  Measurement Run(Contender* contender) const override {
    for (std::size_t channel = 0; channel < std::min(kHotChannels, chat_.sizes().channels); ++channel) {
      contender->Scroll(channel);
    }
    Latencies latencies(queries_.size() / kPerLap, kPerLap);
    latencies.Start();
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      RequireScroll(chat_, queries_[i].channel, contender->Scroll(queries_[i].channel), queries_[i].expected);
      if ((i + 1) % kPerLap == 0) latencies.Lap();
    }
    latencies.Stop();
    Measurement measurement;
    latencies.AddTo(&measurement, "pages", queries_.size());
    return measurement;
  }

  void Check(Contender* contender) const override {
    for (int i = 0; i < 2; ++i) ExpectLatestPages(chat_, contender);
  }

 private:
  struct Query {
    std::size_t channel;
    std::uint64_t expected;
  };

  const Chat& chat_;
  std::vector<Query> queries_;
};

}  // namespace

std::unique_ptr<Scenario> NewHotGet(const Chat& chat) { return std::make_unique<HotGet>(chat); }
std::unique_ptr<Scenario> NewHotScroll(const Chat& chat) { return std::make_unique<HotScroll>(chat); }

}  // namespace rookery::bench
