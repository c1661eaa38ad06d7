// Autopilot over a long time: what it decides is carried out at once on a model of a store whose channels grow, shrink
// and get hot, and what matters is that it comes to rest.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "routing/reshard/autopilot.h"
#include "routing/router.h"
#include "tests/support/seeded_random.h"

namespace rookery::routing {
namespace {

/// The channels of a store, and where they are.
class Model {
 public:
  explicit Model(const Routing& routing) : map_(MakeShardMap(routing)) {}

  void Set(const std::string& channel, std::uint64_t bytes) {
    if (!shards_.contains(channel)) shards_[channel] = Router::New(map_)->Find(channel).value_or(ShardId{0});
    bytes_[channel] = bytes;
  }
  std::uint64_t BytesOf(const std::string& channel) const { return bytes_.at(channel); }
  /// Whether something was decided.
  bool Look(const AutopilotOptions& options) {
    std::vector<ChannelWeight> channels;
    for (const auto& [channel, bytes] : bytes_) {
      channels.push_back({.channel = channel, .shard = shards_.at(channel), .messages = 1, .bytes = bytes});
    }
    const AutopilotPlan plan = Decide(options, map_, channels, {}, {});
    if (!plan.request) return false;
    const auto target = PlanTarget(map_, channels, *plan.request, {});
    EXPECT_TRUE(target) << target.status().ToString();
    if (!target) return false;
    map_ = target->map;
    const auto router = Router::New(map_);
    for (auto& [channel, shard] : shards_) shard = router->Find(channel).value_or(shard);
    for (const auto& [channel, shard] : target->entries) shards_[channel] = shard;
    return true;
  }
  /// So many looks, or until nothing is decided.
  int ChangesUntilItRests(const AutopilotOptions& options, int looks = 1000) {
    int changes = 0;
    while (changes < looks && Look(options)) ++changes;
    return changes;
  }
  std::map<std::uint32_t, std::uint64_t> Shards() const {
    std::map<std::uint32_t, std::uint64_t> shards;
    for (const auto& [channel, bytes] : bytes_) shards[shards_.at(channel).value] += bytes;
    return shards;
  }

 private:
  ShardMap map_;
  std::map<std::string, std::uint64_t> bytes_;
  std::map<std::string, ShardId> shards_;
};

class AutopilotDriftTest : public ::testing::TestWithParam<std::pair<std::string, Routing>> {
 protected:
  static constexpr int kChannels = 200;
  const AutopilotOptions options_{.target_bytes = 10'000, .min_shards = 1, .budget = 0};

  static std::string Name(int i) { return "channel-" + std::to_string(1000 + i); }
};

INSTANTIATE_TEST_SUITE_P(Strategies, AutopilotDriftTest,
                         ::testing::Values(std::pair<std::string, Routing>{"hash", HashRouting{4}},
                                           std::pair<std::string, Routing>{"range", RangeRouting{{"channel-1100"}}},
                                           std::pair<std::string, Routing>{"directory", DirectoryRouting{.shards = 2}}),
                         [](const auto& kind) { return kind.param.first; });

TEST_P(AutopilotDriftTest, GrowsAndShrinksAndRests) {
  Model model(GetParam().second);
  for (int i = 0; i < kChannels; ++i) model.Set(Name(i), 1000);
  const int splits = model.ChangesUntilItRests(options_);
  EXPECT_LT(splits, 80);
  for (const auto& [shard, bytes] : model.Shards()) EXPECT_LE(bytes, 7000U) << shard;
  const std::size_t grown = model.Shards().size();
  EXPECT_GE(grown, 29U);
  for (int i = 0; i < kChannels; ++i) model.Set(Name(i), 50);
  const int merges = model.ChangesUntilItRests(options_);
  EXPECT_LE(merges, static_cast<int>(grown));
  EXPECT_LE(model.Shards().size(), 6U);
  EXPECT_FALSE(model.Look(options_));
}

TEST_P(AutopilotDriftTest, DoesNotFlapWhileSizesWander) {
  Model model(GetParam().second);
  testing::SeededRandom random(20261123);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < kChannels; ++i) model.Set(Name(i), random.Below(1000));
  model.ChangesUntilItRests(options_);
  int changes = 0;
  for (int look = 0; look < 1000; ++look) {
    const std::string channel = Name(static_cast<int>(random.Below(kChannels)));
    // Up or down, about 500 in the long run.
    model.Set(channel, model.BytesOf(channel) / 2 + random.Below(500));
    changes += model.Look(options_) ? 1 : 0;
  }
  EXPECT_LT(changes, 40);
  EXPECT_LT(model.ChangesUntilItRests(options_), 10);
  EXPECT_FALSE(model.Look(options_));
}

TEST_P(AutopilotDriftTest, AGiantIsLeftAlone) {
  Model model(GetParam().second);
  for (int i = 0; i < kChannels; ++i) model.Set(Name(i), 100);
  model.Set(Name(7), 1'000'000);
  EXPECT_LT(model.ChangesUntilItRests(options_), 40);
  const auto shards = model.Shards();
  EXPECT_EQ(std::count_if(shards.begin(), shards.end(), [](const auto& one) { return one.second > 7000; }), 1);
}

}  // namespace
}  // namespace rookery::routing
