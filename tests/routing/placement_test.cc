// The placement policies, each by itself.
#include "routing/placement.h"

#include <gtest/gtest.h>

#include <vector>

#include "routing/channel_hash.h"

namespace rookery::routing {
namespace {

class PlacementTest : public ::testing::Test {
 protected:
  std::uint32_t Place(Placement placement) const {
    return routing::Place(placement, {.channel = "general", .loads = loads_, .weights = weights_, .entries = entries_})
        .value;
  }

  std::vector<ShardLoad> loads_{{5, 900}, {2, 400}, {3, 700}};
  std::vector<std::uint32_t> weights_{1, 1, 1};
  std::uint64_t entries_ = 10;
};

TEST_F(PlacementTest, RoundRobinTakesTheEntriesModuloTheShards) {
  EXPECT_EQ(Place(Placement::kRoundRobin), 1U);
  entries_ = 11;
  EXPECT_EQ(Place(Placement::kRoundRobin), 2U);
}

TEST_F(PlacementTest, WeightedTakesTheFewestChannelsForTheWeight) {
  EXPECT_EQ(Place(Placement::kWeighted), 1U);
  weights_ = {9, 1, 1};
  EXPECT_EQ(Place(Placement::kWeighted), 0U);
}

TEST_F(PlacementTest, WeightedFillsInProportion) {
  loads_ = {{}, {}, {}};
  weights_ = {1, 2, 5};
  for (int i = 0; i < 80; ++i) ++loads_[Place(Placement::kWeighted)].channels;
  EXPECT_EQ(loads_[0].channels, 10U);
  EXPECT_EQ(loads_[1].channels, 20U);
  EXPECT_EQ(loads_[2].channels, 50U);
}

TEST_F(PlacementTest, LeastLoadedTakesTheFewestBytes) {
  EXPECT_EQ(Place(Placement::kLeastLoaded), 1U);
  loads_[1].bytes_written = 800;
  EXPECT_EQ(Place(Placement::kLeastLoaded), 2U);
}

TEST_F(PlacementTest, LeastLoadedTakesTheFewestChannelsOfEqualBytes) {
  loads_ = {{5, 100}, {2, 100}, {3, 100}};
  EXPECT_EQ(Place(Placement::kLeastLoaded), 1U);
}

TEST_F(PlacementTest, HashTakesTheHashModuloTheShards) { EXPECT_EQ(Place(Placement::kHash), HashOf("general") % 3); }

TEST_F(PlacementTest, AShardWithoutWeightTakesNone) {
  weights_ = {1, 0, 1};
  EXPECT_EQ(Place(Placement::kWeighted), 2U);
  EXPECT_EQ(Place(Placement::kLeastLoaded), 2U);
  for (entries_ = 0; entries_ < 4; ++entries_) EXPECT_EQ(Place(Placement::kRoundRobin), entries_ % 2 == 0 ? 0U : 2U);
  EXPECT_EQ(Place(Placement::kHash), HashOf("general") % 2 == 0 ? 0U : 2U);
}

TEST_F(PlacementTest, TiesGoToTheLowestShard) {
  loads_ = {{4, 100}, {4, 100}, {4, 100}};
  EXPECT_EQ(Place(Placement::kWeighted), 0U);
  EXPECT_EQ(Place(Placement::kLeastLoaded), 0U);
}

TEST(PlacementNames, AreKnownForEveryPlacement) {
  EXPECT_EQ(PlacementName(Placement::kRoundRobin), "round-robin");
  EXPECT_EQ(PlacementName(Placement::kHash), "hash");
  EXPECT_EQ(PlacementName(static_cast<Placement>(99)), "unknown");
  EXPECT_FALSE(IsPlacement(static_cast<Placement>(4)));
}

}  // namespace
}  // namespace rookery::routing
