#include "cache/simulated_cache.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "tests/support/seeded_random.h"

namespace rookery::cache {
namespace {

TEST(SimulatedCache, MissesFirstAndHitsThen) {
  SimulatedCache cache(CachePolicy::kExactLru, 10, 1);
  EXPECT_FALSE(cache.Access(1, 1));
  EXPECT_TRUE(cache.Access(1, 1));
  EXPECT_EQ(cache.hits(), 1U);
  EXPECT_EQ(cache.misses(), 1U);
}

TEST(SimulatedCache, EvictsBeforeItIsOverItsCapacity) {
  SimulatedCache cache(CachePolicy::kFifo, 10, 1);
  for (std::uint64_t key = 1; key <= 3; ++key) cache.Access(key, 4);
  EXPECT_EQ(cache.charge(), 8U);
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_FALSE(cache.Access(1, 4));
}

TEST(SimulatedCache, AnItemLargerThanTheCacheEvictsNobody) {
  SimulatedCache cache(CachePolicy::kExactLru, 10, 1);
  cache.Access(1, 10);
  EXPECT_FALSE(cache.Access(2, 11));
  EXPECT_FALSE(cache.Access(2, 11));
  EXPECT_TRUE(cache.Access(1, 10));
}

TEST(SimulatedCache, WithoutCapacityEverythingMisses) {
  SimulatedCache cache(CachePolicy::kAdaptive, 0, 1);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(cache.Access(1, 1));
}

TEST(SimulatedCache, ShrinksAtOnce) {
  SimulatedCache cache(CachePolicy::kExactLru, 100, 1);
  for (std::uint64_t key = 0; key < 100; ++key) cache.Access(key, 1);
  cache.SetCapacity(30);
  EXPECT_EQ(cache.charge(), 30U);
  EXPECT_TRUE(cache.Access(99, 1));
  EXPECT_FALSE(cache.Access(0, 1));
}

TEST(SimulatedCache, HitsWhatASetAndAQueueWouldHit) {
  testing::SeededRandom random(3);
  SCOPED_TRACE(random.trace());
  constexpr std::size_t kCapacity = 200;
  SimulatedCache cache(CachePolicy::kFifo, kCapacity, 1);
  std::set<std::uint64_t> present;
  std::deque<std::uint64_t> queue;
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t key = random.Below(500) * 0x1'0000'0000;  // keys that agree in their low bits
    ASSERT_EQ(cache.Access(key, 1), present.contains(key));
    if (!present.insert(key).second) continue;
    queue.push_back(key);
    if (queue.size() <= kCapacity) continue;
    present.erase(queue.front());
    queue.pop_front();
  }
}

}  // namespace
}  // namespace rookery::cache
