// Hash routing is even over names that look real, and growing it moves only the slots that it must.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "routing/router.h"
#include "routing/shard_map.h"
#include "tests/routing/channel_names.h"

namespace rookery::routing {
namespace {

HashTable TableOver(std::uint32_t shards) { return std::get<HashTable>(MakeShardMap(HashRouting{shards}).table); }

std::vector<std::uint32_t> SlotsPerShard(const HashTable& table, std::uint32_t shards) {
  std::vector<std::uint32_t> counts(shards);
  for (const std::uint16_t shard : table.shard_of_slot) ++counts.at(shard);
  return counts;
}

class HashEvenness : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(HashEvenness, EveryShardIsWithinFivePercentOfItsShare) {
  constexpr double kChannels = 100'000;
  const auto router = Router::New(MakeShardMap(HashRouting{GetParam()}));
  std::vector<double> counts(GetParam());
  for (const std::string& channel : testing::RealLookingChannels(static_cast<std::size_t>(kChannels))) {
    ++counts.at(router->Find(channel)->value);
  }
  const double share = kChannels / GetParam();
  for (const double count : counts) EXPECT_NEAR(count, share, 0.05 * share);
}

INSTANTIATE_TEST_SUITE_P(ForShards, HashEvenness, ::testing::Values(8, 16));

TEST(HashTable, DealsTheSlotsEvenly) {
  for (const std::uint32_t shards : {1U, 3U, 16U, 4096U}) {
    const auto counts = SlotsPerShard(TableOver(shards), shards);
    EXPECT_LE(*std::max_element(counts.begin(), counts.end()) - *std::min_element(counts.begin(), counts.end()), 1U);
  }
}

class GrowHashTableTest : public ::testing::TestWithParam<std::pair<std::uint32_t, std::uint32_t>> {
 protected:
  const std::uint32_t old_shards_ = GetParam().first;
  const std::uint32_t shards_ = GetParam().second;
  const HashTable before_ = TableOver(old_shards_);
  const HashTable after_ = GrowHashTable(before_, old_shards_, shards_);

  std::uint32_t moved() const {
    std::uint32_t count = 0;
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      if (before_.shard_of_slot[slot] != after_.shard_of_slot[slot]) ++count;
    }
    return count;
  }
};

TEST_P(GrowHashTableTest, MovesSlotsOnlyToNewShards) {
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    if (before_.shard_of_slot[slot] == after_.shard_of_slot[slot]) continue;
    EXPECT_GE(after_.shard_of_slot[slot], old_shards_);
    EXPECT_LT(after_.shard_of_slot[slot], shards_);
  }
}

TEST_P(GrowHashTableTest, MovesNoMoreThanTheNewShardsShare) {
  const double share = static_cast<double>(shards_ - old_shards_) / shards_;
  EXPECT_LE(moved(), kSlots * share + 0.01 * kSlots);
}

TEST_P(GrowHashTableTest, LeavesAllShardsEven) {
  const auto counts = SlotsPerShard(after_, shards_);
  EXPECT_LE(*std::max_element(counts.begin(), counts.end()) - *std::min_element(counts.begin(), counts.end()), 1U);
}

INSTANTIATE_TEST_SUITE_P(Growths, GrowHashTableTest,
                         ::testing::Values(std::pair(1, 2), std::pair(8, 9), std::pair(8, 16), std::pair(9, 10),
                                           std::pair(16, 100), std::pair(3, 4096)));

TEST(GrowHashTableStepByStep, StaysEvenFromOneShardToForty) {
  HashTable table = TableOver(1);
  for (std::uint32_t shards = 2; shards <= 40; ++shards) {
    table = GrowHashTable(table, shards - 1, shards);
    const auto counts = SlotsPerShard(table, shards);
    EXPECT_LE(*std::max_element(counts.begin(), counts.end()) - *std::min_element(counts.begin(), counts.end()), 1U);
  }
}

TEST(GrowHashTableStepByStep, DoesNothingWithoutNewShards) {
  EXPECT_EQ(GrowHashTable(TableOver(8), 8, 8), TableOver(8));
}

}  // namespace
}  // namespace rookery::routing
