// Writers and readers who do not know that the shards change under them: what was acknowledged is there, once.
#include <gtest/gtest.h>

#include <vector>

#include "tests/store/reshard_fixture.h"
#include "tests/store/traffic.h"

namespace rookery::testing {
namespace {

class ReshardRaceTest : public ReshardFixture {
 protected:
  void SetUp() override {
    options_.clock.reset();
    StoreKindTest::SetUp();  // NOLINT(bugprone-parent-virtual-call): the traffic fills it
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReshardRaceTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(ReshardRaceTest, WhatWasAcknowledgedIsThereOnce) {
  Traffic traffic(&store(), {.most_living = 200, .most_begun = 1000});
  traffic.Seed();
  traffic.Start();
  const std::vector<ReshardRequest> requests{ResizeShards{16}, ResizeShards{5}, ToAnotherStrategy(), ResizeShards{7}};
  for (const ReshardRequest& request : requests) {
    const auto plan = store().StartReshard(request, {.keep = std::chrono::hours{1}, .share = 1});
    EXPECT_OK(plan);
    if (HasFailure()) break;
    if (!plan->changes) continue;
    Await();
    EXPECT_OK(store().RevertReshard());
    Await();
    EXPECT_EQ(ReshardPhaseName(Job().phase), "reverted") << Job().paused_reason;
    Reshard(request);
    EXPECT_EQ(Job().reads_differing, 0U);
  }
  traffic.Stop();
  traffic.CheckAll();
  EXPECT_EQ(traffic.error(), "");
}

}  // namespace
}  // namespace rookery::testing
