#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "tests/cache/policy_shelf.h"

namespace rookery::cache {
namespace {

using testing::PolicyShelf;

TEST(LruPolicy, AFewEntriesLeaveInTheirOrderOfUse) {
  PolicyShelf shelf(CachePolicy::kLru);
  shelf.Insert(1);
  shelf.Insert(2);
  shelf.Hit(1);
  EXPECT_EQ(shelf.EvictAll(), (std::vector<int>{2, 1}));
}

/// Inserts 1000, uses each again in the order of its key, and gives the mean distance of victims from the exact order.
double MeanDistanceFromOrder(PolicyShelf* shelf) {
  constexpr int kEntries = 1000;
  for (int i = 0; i < kEntries; ++i) shelf->Insert(i * 7 % kEntries);
  for (int key = 0; key < kEntries; ++key) {
    shelf->Hit(key);
    shelf->Insert(kEntries + key);
    shelf->Erase(kEntries + key);
  }
  double sum = 0;
  const std::vector<int> victims = shelf->EvictAll();
  for (int i = 0; i < kEntries; ++i) sum += std::abs(victims[static_cast<std::size_t>(i)] - i);
  return sum / kEntries;
}

TEST(LruPolicy, VictimsAreAmongTheLeastRecentlyUsed) {
  PolicyShelf sampled(CachePolicy::kLru);
  EXPECT_LT(MeanDistanceFromOrder(&sampled), 60);
  PolicyShelf random(CachePolicy::kRandom);
  EXPECT_GT(MeanDistanceFromOrder(&random), 250);
}

TEST(LruPolicy, TimeIsCountedInInsertions) {
  PolicyShelf shelf(CachePolicy::kLru);
  const std::uint32_t start = shelf.policy().clock();
  shelf.Insert(1);
  EXPECT_EQ(shelf.policy().clock(), start + 1);
  shelf.Hit(1, 5);
  shelf.Erase(1);
  EXPECT_EQ(shelf.policy().clock(), start + 1);
}

TEST(LruPolicy, ALateStoreOfAnOldTimeMakesAnEntryOldOnly) {
  PolicyShelf shelf(CachePolicy::kLru);
  for (int key = 0; key < 10; ++key) shelf.Insert(key);
  for (int key = 0; key < 9; ++key) shelf.Hit(key);
  EXPECT_EQ(shelf.EvictAll().size(), 10U);
}

}  // namespace
}  // namespace rookery::cache
