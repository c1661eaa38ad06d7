#include <gtest/gtest.h>

#include "tests/cache/policy_shelf.h"

namespace rookery::cache {
namespace {

using testing::PolicyShelf;

constexpr std::size_t kCapacity = 1000;

int CountOf(const PolicyShelf& shelf, int begin, int end) {
  int count = 0;
  for (int key = begin; key < end; ++key) count += shelf.Has(key) ? 1 : 0;
  return count;
}

/// Keys 0..799, each used four times, in a cache that is full.
void Settle(PolicyShelf* shelf) {
  for (int round = 0; round < 4; ++round) {
    for (int key = 0; key < 800; ++key) shelf->Access(key);
  }
  for (int key = 100'000; key < 100'200; ++key) shelf->Access(key);
}

int HitsInALoop(CachePolicy policy, int keys) {
  PolicyShelf shelf(policy, kCapacity);
  int hits = 0;
  for (int i = 0; i < 20 * keys; ++i) hits += shelf.Access(i % keys) ? 1 : 0;
  return hits;
}

TEST(AdaptivePolicy, AScanLeavesWhatIsUsedAlone) {
  PolicyShelf shelf(CachePolicy::kAdaptive, kCapacity);
  Settle(&shelf);
  for (int key = 200'000; key < 205'000; ++key) shelf.Access(key);
  EXPECT_GE(CountOf(shelf, 0, 800), 780);
}

TEST(AdaptivePolicy, ALoopThatIsLargerThanTheCacheStillHits) {
  EXPECT_EQ(HitsInALoop(CachePolicy::kExactLru, 2000), 0);
  EXPECT_GE(HitsInALoop(CachePolicy::kAdaptive, 2000), 20 * 2000 * 35 / 100);
}

TEST(AdaptivePolicy, ANewWorkloadTakesOver) {
  PolicyShelf shelf(CachePolicy::kAdaptive, kCapacity);
  Settle(&shelf);
  int hits = 0;
  for (int round = 0; round < 20; ++round) {
    for (int key = 5000; key < 5800; ++key) hits += shelf.Access(key) ? 1 : 0;
  }
  EXPECT_GE(hits, 20 * 800 * 70 / 100);
  EXPECT_GE(CountOf(shelf, 5000, 5800), 780);
}

TEST(AdaptivePolicy, WhatComesBackIsRememberedAndLetIn) {
  PolicyShelf shelf(CachePolicy::kAdaptive, kCapacity);
  for (int key = 0; key < 2000; ++key) shelf.Access(key);  // seen once, all of them
  int next = 300'000;
  for (int round = 0; round < 5; ++round) {
    shelf.Access(-1);
    for (int i = 0; i < 150; ++i) shelf.Access(next++);  // flushes the small queue
  }
  EXPECT_TRUE(shelf.Has(-1));
}

TEST(AdaptivePolicy, AnItemThatIsLargerThanTheSmallQueueIsLetThrough) {
  PolicyShelf shelf(CachePolicy::kAdaptive, kCapacity);
  Settle(&shelf);
  shelf.Access(-1, 3 * kCapacity / 10);
  EXPECT_TRUE(shelf.Has(-1));
  shelf.Hit(-1);
  for (int key = 400'000; key < 400'500; ++key) shelf.Access(key);
  EXPECT_TRUE(shelf.Has(-1));
}

TEST(AdaptivePolicy, AnUnusedLargeItemTakesFewOthersWithIt) {
  PolicyShelf shelf(CachePolicy::kAdaptive, kCapacity);
  Settle(&shelf);
  const int before = CountOf(shelf, 0, 800);
  shelf.Access(-1, kCapacity / 5);
  for (int key = 400'000; key < 400'500; ++key) shelf.Access(key);
  EXPECT_FALSE(shelf.Has(-1));
  EXPECT_GE(CountOf(shelf, 0, 800), before - static_cast<int>(kCapacity / 5));
}

TEST(AdaptivePolicy, KeysMadeToLookPopularDoNotKeepOthersOutForEver) {
  PolicyShelf shelf(CachePolicy::kAdaptive, kCapacity);
  Settle(&shelf);
  // As many hits as counters can hold for all that is cached: whoever comes now loses each comparison.
  for (int round = 0; round < 8; ++round) {
    for (int key = 0; key < 800; ++key) {
      if (shelf.Has(key)) shelf.Hit(key, 3);
    }
    for (int key = 500'000; key < 500'300; ++key) shelf.Access(key);
  }
  int next = 600'000;
  for (int round = 0; round < 400; ++round) {
    for (int key = 700'000; key < 700'100; ++key) shelf.Access(key);
    for (int i = 0; i < 100; ++i) shelf.Access(next++);
  }
  EXPECT_GE(CountOf(shelf, 700'000, 700'100), 90);
}

}  // namespace
}  // namespace rookery::cache
