#include <gtest/gtest.h>

#include "tests/cache/policy_shelf.h"

namespace rookery::cache {
namespace {

using testing::PolicyShelf;

TEST(LfuPolicy, EvictsLeastFrequentlyUsedFirst) {
  PolicyShelf shelf(CachePolicy::kLfu);
  for (int key = 0; key < 8; ++key) {
    shelf.Insert(key);
    shelf.Hit(key, 3 * (8 - key));
  }
  EXPECT_EQ(shelf.Evict(), 7);
  EXPECT_EQ(shelf.Evict(), 6);
}

TEST(LfuPolicy, KeepsTheFrequentOverTheRecent) {
  PolicyShelf shelf(CachePolicy::kLfu, 100);
  for (int key = 0; key < 50; ++key) {
    shelf.Access(key);
    shelf.Hit(key, 20);
  }
  // A scan that an LRU of the same size would be flushed by.
  for (int key = 1000; key < 1400; ++key) shelf.Access(key);
  int kept = 0;
  for (int key = 0; key < 50; ++key) kept += shelf.Has(key) ? 1 : 0;
  EXPECT_EQ(kept, 50);
}

TEST(LfuPolicy, ForgetsWhatWasPopularLongAgo) {
  PolicyShelf shelf(CachePolicy::kLfu, 100);
  for (int key = 0; key < 50; ++key) {
    shelf.Access(key);
    shelf.Hit(key, 30);
  }
  for (int i = 0; i < 20'000; ++i) shelf.Access(1000 + i % 150);
  for (int key = 0; key < 50; ++key) EXPECT_FALSE(shelf.Has(key));
}

TEST(LfuPolicy, AgesOnAfterItsAgeWrapped) {
  PolicyShelf shelf(CachePolicy::kLfu, 4);
  // Each round ages the policy by the count of a victim, 24 bits in all.
  std::uint32_t age = 0;
  bool wrapped = false;
  for (int key = 0; !wrapped; ++key) {
    shelf.Access(key);
    shelf.Hit(key, 600);
    wrapped = shelf.policy().clock() < age;
    age = shelf.policy().clock();
  }
  shelf.Access(-1);
  shelf.Hit(-1, 600);
  shelf.Access(-2);
  EXPECT_TRUE(shelf.Has(-1));
}

}  // namespace
}  // namespace rookery::cache
