// How a store's memory is divided.
#include "store/memory_plan.h"

#include <gtest/gtest.h>

namespace rookery::store {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST(MemoryPlan, WithoutANumberPartsHaveTheirDefaults) {
  const MemoryPlan plan = DivideMemory({});
  EXPECT_EQ(plan.block_cache, 256 * kMiB);
  EXPECT_EQ(plan.memtables, 128 * kMiB);
  EXPECT_EQ(plan.message_cache, 64 * kMiB);
  EXPECT_EQ(plan.mailboxes, 32 * kMiB);
  EXPECT_EQ(plan.loaders, 64 * kMiB);
}

TEST(MemoryPlan, TheWholeIsDividedAmongAll) {
  for (const std::size_t total : {32 * kMiB, 64 * kMiB, 1000 * kMiB, std::size_t{1} << 40}) {
    const MemoryPlan plan = DivideMemory({.total = total});
    EXPECT_LE(plan.total(), total);
    EXPECT_GE(plan.total(), total - 100);
    EXPECT_GT(plan.memtables, plan.block_cache);
    EXPECT_GT(plan.bucket_map, 0U);
  }
}

TEST(MemoryPlan, WhatIsGivenIsKeptAndTheRestDivided) {
  const MemoryPlan plan = DivideMemory({.total = 100 * kMiB, .block_cache = 40 * kMiB, .message_cache = 0});
  EXPECT_EQ(plan.block_cache, 40 * kMiB);
  EXPECT_EQ(plan.message_cache, 0U);
  EXPECT_NEAR(static_cast<double>(plan.total()), 100.0 * kMiB, 100.0);
}

TEST(MemoryPlan, DividingAgainChangesNothing) {
  for (const MemoryPlan& plan : {DivideMemory({.total = 64 * kMiB}), DivideMemory({})}) {
    const MemoryPlan again = DivideMemory({.total = plan.total(),
                                           .block_cache = plan.block_cache,
                                           .memtables = plan.memtables,
                                           .message_cache = plan.message_cache});
    EXPECT_NEAR(static_cast<double>(again.mailboxes), static_cast<double>(plan.mailboxes), 100.0);
    EXPECT_NEAR(static_cast<double>(again.loaders), static_cast<double>(plan.loaders), 100.0);
    EXPECT_NEAR(static_cast<double>(again.bucket_map), static_cast<double>(plan.bucket_map), 100.0);
  }
}

TEST(MemoryPlan, EveryPartHasSomethingToWorkWith) {
  const MemoryPlan plan = DivideMemory({.total = kMinMemory});
  for (const std::size_t part : {plan.block_cache, plan.memtables, plan.message_cache, plan.mailboxes, plan.loaders}) {
    EXPECT_GE(part, kMiB);
  }
}

TEST(MemoryPlan, DefaultsThatAreTooMuchForTheMachineShrink) {
  EXPECT_EQ(DivideMemory({.ceiling = 10'000 * kMiB}).block_cache, 256 * kMiB);
  const MemoryPlan small = DivideMemory({.ceiling = 128 * kMiB});
  EXPECT_LE(small.total(), 128 * kMiB);
  EXPECT_GE(small.total(), 127 * kMiB);
}

TEST(MemoryPlan, ANumberThatIsGivenIsNotShrunk) {
  EXPECT_GE(DivideMemory({.total = 256 * kMiB, .ceiling = 128 * kMiB}).total(), 255 * kMiB);
  EXPECT_EQ(DivideMemory({.block_cache = 256 * kMiB, .ceiling = 128 * kMiB}).block_cache, 256 * kMiB);
}

}  // namespace
}  // namespace rookery::store
