// What a store says that a change of its shards would move.
#include <gmock/gmock.h>

#include <numeric>
#include <string>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

class ReshardPlanTest : public StoreKindTest {
 protected:
  void SetUp() override {
    StoreKindTest::SetUp();
    for (int i = 0; i < 60; ++i) {
      for (int j = 0; j <= i % 3; ++j) Post("channel-" + std::to_string(i), std::string(50, 'x'));
    }
  }
  ReshardPlan Plan(const ReshardRequest& request) {
    auto plan = store().PlanReshard(request);
    EXPECT_OK(plan);
    return plan ? *plan : ReshardPlan{};
  }
  static std::uint64_t Sum(const std::vector<std::uint64_t>& of_shards) {
    return std::accumulate(of_shards.begin(), of_shards.end(), std::uint64_t{0});
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReshardPlanTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(ReshardPlanTest, IsMadeOfWhatTheChannelsHold) {
  const auto info = store().Info();
  ASSERT_OK(info);
  const ReshardPlan plan = Plan(ResizeShards{1});
  EXPECT_EQ(plan.epoch, info->shard_map_epoch);
  EXPECT_EQ(plan.strategy_before, info->strategy);
  EXPECT_EQ(plan.shards_before, info->shards);
  EXPECT_EQ(plan.shards_after, 1U);
  std::uint64_t all = 0;
  for (int i = 0; i < 60; ++i) {
    const auto size = store().SizeOf("channel-" + std::to_string(i));
    ASSERT_OK(size);
    all += size->bytes;
  }
  EXPECT_EQ(Sum(plan.bytes_before), all);
  ASSERT_EQ(plan.bytes_after.size(), 1U);
  EXPECT_EQ(plan.bytes_after[0], all);
  std::uint64_t moved = 0;
  std::uint64_t messages = 0;
  for (const ShardTransfer& transfer : plan.transfers) {
    EXPECT_EQ(transfer.to, ShardId{0});
    EXPECT_EQ(transfer.bytes, plan.bytes_before[transfer.from.value]);
    moved += transfer.bytes;
    messages += transfer.messages;
  }
  EXPECT_EQ(moved + plan.bytes_before[0], all);
  EXPECT_LE(messages, 120U);
}

TEST_P(ReshardPlanTest, ChangesNothing) {
  const auto before = store().Info();
  ASSERT_OK(before);
  Plan(ResizeShards{before->shards + 3});
  const auto after = store().Info();
  ASSERT_OK(after);
  EXPECT_EQ(after->shards, before->shards);
  EXPECT_EQ(after->shard_map_epoch, before->shard_map_epoch);
}

TEST_P(ReshardPlanTest, WhatDoesNotFitIsRefused) {
  EXPECT_CODE(store().PlanReshard(MergeShards{ShardId{4000}, ShardId{0}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().PlanReshard(ResizeShards{0}), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rookery::testing
