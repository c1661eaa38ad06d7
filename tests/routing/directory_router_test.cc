// What only a directory does: entries that were given, loads that are kept, writes that fail, and threads that place.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::routing {
namespace {

std::unique_ptr<Router> NewDirectory(Placement placement, std::uint32_t shards = 4) {
  return Router::New(MakeShardMap(DirectoryRouting{.shards = shards, .placement = placement}));
}

TEST(DirectoryRouter, PutsAChannelWhereItsEntrySays) {
  const auto router = NewDirectory(Placement::kRoundRobin);
  router->Learn("general", ShardId{3});
  EXPECT_EQ(router->Find("general"), ShardId{3});
  EXPECT_EQ(router->FindOrPlace("general").shard, ShardId{3});
  EXPECT_FALSE(router->FindOrPlace("general").remember);
}

TEST(DirectoryRouter, LearnsAnEntryOnce) {
  const auto router = NewDirectory(Placement::kRoundRobin);
  router->Learn("general", ShardId{3});
  router->Learn("general", ShardId{1});
  EXPECT_EQ(router->Find("general"), ShardId{3});
  EXPECT_EQ(router->FindOrPlace("second").shard, ShardId{1});  // one entry, so 1 mod 4
}

TEST(DirectoryRouter, KeepsThePlaceOfAChannelWhoseWriteFailed) {
  const auto router = NewDirectory(Placement::kRoundRobin);
  const WriteRoute failed = router->FindOrPlace("general");
  router->FindOrPlace("other");
  const WriteRoute again = router->FindOrPlace("general");
  EXPECT_EQ(again.shard, failed.shard);
  EXPECT_TRUE(again.remember);
}

TEST(DirectoryRouter, StoresLoadsOnlyForLeastLoaded) {
  EXPECT_TRUE(NewDirectory(Placement::kRoundRobin)->Loads().empty());
  const auto router = NewDirectory(Placement::kLeastLoaded, 2);
  router->Learn("general", ShardId{1});
  router->NoteWritten(ShardId{1}, 300);
  router->NoteWritten(ShardId{1}, 20);
  const auto loads = router->Loads();
  ASSERT_EQ(loads.size(), 2U);
  EXPECT_EQ(loads[0].channels, 0U);
  EXPECT_EQ(loads[1].channels, 1U);
  EXPECT_EQ(loads[1].bytes_written, 320U);
}

TEST(DirectoryRouter, SpreadsABurstOfNewChannels) {
  const auto router = NewDirectory(Placement::kLeastLoaded, 4);
  std::vector<int> counts(4);
  for (int i = 0; i < 100; ++i) ++counts[router->FindOrPlace("channel-" + std::to_string(i)).shard.value];
  EXPECT_EQ(counts, (std::vector<int>{25, 25, 25, 25}));
}

TEST(DirectoryRouter, ThreadsThatPlaceTogetherKeepRoundRobinEven) {
  constexpr int kThreads = 4;
  constexpr int kEach = 1000;
  const auto router = NewDirectory(Placement::kRoundRobin, 4);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&router, thread] {
      for (int i = 0; i < kEach; ++i) router->FindOrPlace(std::to_string(thread) + "/" + std::to_string(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<int> counts(4);
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEach; ++i) {
      ++counts[router->Find(std::to_string(thread) + "/" + std::to_string(i))->value];
    }
  }
  EXPECT_EQ(counts, (std::vector<int>{kEach, kEach, kEach, kEach}));
}

}  // namespace
}  // namespace rookery::routing
