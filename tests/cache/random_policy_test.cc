#include <gtest/gtest.h>

#include <array>

#include "tests/cache/policy_shelf.h"

namespace rookery::cache {
namespace {

using testing::PolicyShelf;

TEST(RandomPolicy, EvictsEachWithTheSameChance) {
  constexpr std::size_t kEntries = 8;
  constexpr int kTrials = 8000;
  constexpr double kShare = 1000;
  PolicyShelf shelf(CachePolicy::kRandom);
  for (std::size_t key = 0; key < kEntries; ++key) shelf.Insert(static_cast<int>(key));
  std::array<int, kEntries> evicted{};
  for (int i = 0; i < kTrials; ++i) {
    const int key = shelf.Evict().value();
    ++evicted[static_cast<std::size_t>(key)];
    shelf.Insert(key);
    shelf.Hit(0, 3);
  }
  for (const int times : evicted) EXPECT_NEAR(times, kShare, 150);
}

TEST(RandomPolicy, AnotherSeedChoosesOthers) {
  PolicyShelf one(CachePolicy::kRandom, PolicyShelf::kUnlimited, 1);
  PolicyShelf other(CachePolicy::kRandom, PolicyShelf::kUnlimited, 2);
  for (PolicyShelf* shelf : {&one, &other}) {
    for (int key = 0; key < 100; ++key) shelf->Insert(key);
  }
  EXPECT_NE(one.EvictAll(), other.EvictAll());
}

}  // namespace
}  // namespace rookery::cache
