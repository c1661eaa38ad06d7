// What every router keeps, whatever its strategy and placement: an answer for every channel, always the same one, also
// after it is built anew from what was stored, and one shard per channel however many threads ask at once.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "rookery/routing.h"
#include "routing/router.h"
#include "routing/shard_map.h"
#include "tests/routing/channel_names.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rookery::routing {
namespace {

struct Strategy {
  std::string name;
  Routing routing;
};

void PrintTo(const Strategy& strategy, std::ostream* out) { *out << strategy.name; }

/// A router, and the catalog that a store would keep for it.
class RouterContract : public ::testing::TestWithParam<Strategy> {
 protected:
  RouterContract() : stored_map_(EncodeShardMap(MakeShardMap(GetParam().routing))) { Rebuild(); }

  /// As a store does when it is opened.
  void Rebuild() {
    const std::vector<ShardLoad> loads = router_ ? router_->Loads() : std::vector<ShardLoad>{};
    router_ = Router::New(DecodeShardMap(stored_map_).value());
    for (const auto& [channel, shard] : stored_entries_) router_->Learn(channel, shard);
    for (std::uint32_t i = 0; i < loads.size(); ++i) router_->NoteWritten(ShardId{i}, loads[i].bytes_written);
  }

  /// As a store does when it posts to a channel: the entry is stored with the first row.
  ShardId Write(const std::string& channel, std::uint64_t bytes = 100) {
    const WriteRoute route = router_->FindOrPlace(channel);
    if (route.remember) {
      stored_entries_[channel] = route.shard;
      router_->EntryStored(channel);
    }
    router_->NoteWritten(route.shard, bytes);
    return route.shard;
  }

  bool is_directory() const { return std::holds_alternative<DirectoryRouting>(GetParam().routing); }
  std::uint32_t shards() const { return router_->map().shards; }

  std::string stored_map_;
  std::map<std::string, ShardId> stored_entries_;
  std::unique_ptr<Router> router_;
};

TEST_P(RouterContract, HasAShardForEveryChannel) {
  testing::SeededRandom random(41);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 5000; ++i) EXPECT_LT(Write(random.HostileName(kMaxChannelBytes)).value, shards());
}

TEST_P(RouterContract, UsesEveryShard) {
  std::set<std::uint32_t> used;
  for (const std::string& channel : testing::RealLookingChannels(2000)) used.insert(Write(channel).value);
  EXPECT_EQ(used.size(), shards());
}

TEST_P(RouterContract, AlwaysGivesTheSameAnswer) {
  const auto channels = testing::RealLookingChannels(500);
  std::map<std::string, ShardId> first;
  for (const std::string& channel : channels) first[channel] = Write(channel);
  for (const std::string& channel : channels) {
    EXPECT_EQ(router_->Find(channel), first[channel]);
    EXPECT_EQ(Write(channel), first[channel]);
    EXPECT_EQ(router_->Explain(channel).shard, first[channel]);
  }
}

TEST_P(RouterContract, DecidesTheSameFromTheSameHistory) {
  const auto channels = testing::RealLookingChannels(500);
  const auto other = Router::New(MakeShardMap(GetParam().routing));
  for (const std::string& channel : channels) {
    const ShardId shard = Write(channel, channel.size());
    const WriteRoute route = other->FindOrPlace(channel);
    EXPECT_EQ(route.shard, shard);
    other->EntryStored(channel);
    other->NoteWritten(route.shard, channel.size());
  }
}

TEST_P(RouterContract, GivesTheSameAnswerAfterItIsBuiltAnew) {
  std::map<std::string, ShardId> before;
  for (const std::string& channel : testing::RealLookingChannels(500)) before[channel] = Write(channel);
  Rebuild();
  for (const auto& [channel, shard] : before) {
    EXPECT_EQ(router_->Find(channel), shard);
    EXPECT_EQ(router_->FindOrPlace(channel).remember, false);
  }
}

TEST_P(RouterContract, PlacesOnAsIfItHadNeverBeenBuiltAnew) {
  const auto undisturbed = Router::New(MakeShardMap(GetParam().routing));
  int count = 0;
  for (const std::string& channel : testing::RealLookingChannels(600)) {
    const WriteRoute route = undisturbed->FindOrPlace(channel);
    undisturbed->EntryStored(channel);
    undisturbed->NoteWritten(route.shard, 10 * channel.size());
    if (++count % 100 == 0) Rebuild();
    ASSERT_EQ(Write(channel, 10 * channel.size()), route.shard);
  }
}

TEST_P(RouterContract, AsksForTheEntryUntilItIsStored) {
  EXPECT_EQ(router_->FindOrPlace("general").remember, is_directory());
  EXPECT_EQ(router_->FindOrPlace("general").remember, is_directory());
  router_->EntryStored("general");
  EXPECT_FALSE(router_->FindOrPlace("general").remember);
}

TEST_P(RouterContract, FindPlacesNothing) {
  EXPECT_EQ(router_->Find("unseen").has_value(), !is_directory());
  const RouteExplanation would_be = router_->Explain("unseen");
  EXPECT_EQ(would_be.placed, !is_directory());
  EXPECT_EQ(router_->Find("unseen").has_value(), !is_directory());
  EXPECT_EQ(Write("unseen"), would_be.shard);
  EXPECT_TRUE(router_->Explain("unseen").placed);
}

TEST_P(RouterContract, ExplainsItsDecision) {
  const ShardId shard = Write("guild/7/general");
  const RouteExplanation explanation = router_->Explain("guild/7/general");
  EXPECT_EQ(explanation.channel, "guild/7/general");
  EXPECT_EQ(explanation.strategy, router_->map().strategy());
  EXPECT_EQ(explanation.epoch, Epoch{1});
  EXPECT_EQ(explanation.shard, shard);
  EXPECT_TRUE(explanation.shard_name.starts_with("shard-")) << explanation.shard_name;
  ASSERT_GE(explanation.steps.size(), 2U);
  EXPECT_EQ(explanation.steps.back().name, "shard");
  EXPECT_EQ(explanation.steps.back().detail, explanation.shard_name + " (epoch 1)");
}

TEST_P(RouterContract, ThreadsThatMeetAtAChannelAgree) {
  constexpr int kThreads = 4;
  const auto channels = testing::RealLookingChannels(2000);
  std::vector<std::vector<ShardId>> answers(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (auto& mine : answers) {
    threads.emplace_back([&] {
      for (const std::string& channel : channels) {
        const WriteRoute route = router_->FindOrPlace(channel);
        router_->NoteWritten(route.shard, 1);
        if (route.remember) router_->EntryStored(channel);
        mine.push_back(route.shard);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : answers) EXPECT_EQ(mine, answers.front());
}

Routing Directory(Placement placement, std::vector<std::uint32_t> weights = {}) {
  return DirectoryRouting{.shards = 5, .placement = placement, .weights = std::move(weights)};
}

INSTANTIATE_TEST_SUITE_P(AllStrategies, RouterContract,
                         ::testing::Values(Strategy{"OneShard", HashRouting{1}}, Strategy{"Hash", HashRouting{16}},
                                           Strategy{"Range", RangeRouting{{"dm/5", "guild/1", "j"}}},
                                           Strategy{"RoundRobin", Directory(Placement::kRoundRobin)},
                                           Strategy{"Weighted", Directory(Placement::kWeighted, {1, 2, 3, 1, 5})},
                                           Strategy{"LeastLoaded", Directory(Placement::kLeastLoaded)},
                                           Strategy{"PlacedByHash", Directory(Placement::kHash)}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace rookery::routing
