// Channel scroll: the latest messages of one channel after the other, as clients ask when people open channels.
#include <algorithm>
#include <vector>

#include "bench/data/zipf.h"
#include "bench/latencies.h"
#include "bench/reference.h"
#include "bench/scenario.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 77;
constexpr std::size_t kFewestPages = 500;
constexpr std::size_t kMostPages = 50'000;

class ChannelScroll final : public Scenario {
 public:
  explicit ChannelScroll(const Chat& chat) : chat_(chat) {
    const Zipf popularity(chat.sizes().channels, kChannelExponent);
    Random random(chat.sizes().seed + kSeed);
    const std::size_t pages = std::clamp(chat.sizes().messages / 20, kFewestPages, kMostPages);
    queries_.reserve(pages);
    for (std::size_t i = 0; i < pages; ++i) {
      const std::size_t channel = popularity.Draw(&random);
      queries_.push_back({channel, ExpectedScroll(chat, channel)});
    }
  }

  Start start() const override { return Start::kFilledStore; }

  Measurement Run(Contender* contender) const override {
    Latencies latencies(queries_.size());
    latencies.Start();
    for (const Query& query : queries_) {
      const std::uint64_t answer = contender->Scroll(query.channel);
      latencies.Lap();
      RequireScroll(chat_, query.channel, answer, query.expected);
    }
    latencies.Stop();
    Measurement measurement;
    latencies.AddTo(&measurement, "pages", queries_.size());
    return measurement;
  }

  void Check(Contender* contender) const override { ExpectLatestPages(chat_, contender); }

 private:
  struct Query {
    std::size_t channel;
    std::uint64_t expected;
  };

  const Chat& chat_;
  std::vector<Query> queries_;
};

}  // namespace

std::unique_ptr<Scenario> NewChannelScroll(const Chat& chat) { return std::make_unique<ChannelScroll>(chat); }

}  // namespace rookery::bench
