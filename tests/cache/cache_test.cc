// The cache core: what is put comes back, within the capacity, until it expires; and why something is not taken.
#include "cache/cache.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "tests/cache/cache_fixture.h"

namespace rookery::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class EveryPolicy : public ::testing::TestWithParam<CachePolicy> {};
INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicy, ::testing::ValuesIn(kAllPolicies));

TEST_P(EveryPolicy, GivesBackWhatWasPut) {
  CacheUnderTest cache(1 << 20, GetParam());
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(cache.Put("key" + std::to_string(i), std::to_string(i)), Fill::kInstalled);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(cache.Get("key" + std::to_string(i)), std::to_string(i));
  EXPECT_EQ(cache.Get("another"), std::nullopt);
  EXPECT_EQ(cache.Stats().values, 1000U);
  EXPECT_EQ(cache.Stats().value_hits, 1000U);
  EXPECT_EQ(cache.Stats().misses, 1U);
}

TEST_P(EveryPolicy, NeverHoldsMoreThanItsCapacity) {
  constexpr std::size_t kCapacity = 256 << 10;
  CacheUnderTest cache(kCapacity, GetParam());
  for (int i = 0; i < 20'000; ++i) {
    cache.Put(std::to_string(i * 7919), std::string(static_cast<std::size_t>(i) % 500, 'v'));
    if (i % 3 == 0) cache.Get(std::to_string(i * 7919));
    const CacheStats stats = cache.Stats();
    ASSERT_LE(stats.used_bytes, kCapacity);
    ASSERT_LE(stats.used_bytes + stats.retired_bytes, kCapacity + kCapacity / 64);
  }
  EXPECT_GT(cache.Stats().used_bytes, kCapacity * 3 / 4);
  EXPECT_GT(cache.Stats().evicted_size, 10'000U);
}

TEST_P(EveryPolicy, ShrinksAndGrowsWhileItRuns) {
  CacheUnderTest cache(1 << 20, GetParam());
  for (int i = 0; i < 5000; ++i) cache.Put(std::to_string(i), std::string(100, 'v'));
  const std::uint64_t before = cache.Stats().values;
  cache.core().SetCapacity(256 << 10);
  EXPECT_LE(cache.Stats().used_bytes, std::size_t{256} << 10);
  EXPECT_LT(cache.Stats().values, before);
  cache.core().SetCapacity(2 << 20);
  for (int i = 0; i < 9000; ++i) cache.Put(std::to_string(i), std::string(100, 'v'));
  EXPECT_GT(cache.Stats().values, before);
}

TEST_P(EveryPolicy, KeysOfEqualHashesAreKeptApart) {
  CacheUnderTest cache(CacheConfig{.capacity = 1 << 20,
                                   .policy = GetParam(),
                                   .shards = 1,
                                   .hash = [](std::string_view, std::uint64_t) -> std::uint64_t { return 7; }});
  for (int i = 0; i < 500; ++i) {
    cache.Put(std::to_string(i), "value of " + std::to_string(i));
    ASSERT_EQ(cache.Get(std::to_string(i)), "value of " + std::to_string(i));
  }
  for (int i = 0; i < 500; ++i) {
    const auto value = cache.Get(std::to_string(i));
    if (value) {
      ASSERT_EQ(*value, "value of " + std::to_string(i));
    }
  }
  EXPECT_GT(cache.Stats().evicted_crowded, 0U);
}

TEST(Cache, SpreadsKeysWhoseHashesAgreeInHalfTheirBits) {
  for (const int shift : {0, 32}) {
    static int half;
    half = shift;
    CacheUnderTest cache(
        CacheConfig{.capacity = 64 << 20, .hash = [](std::string_view key, std::uint64_t) -> std::uint64_t {
                      return std::stoull(std::string(key)) << half | 0x1234'0000ULL << (32 - half);
                    }});
    for (int i = 0; i < 100'000; ++i) cache.Put(std::to_string(i), "v");
    EXPECT_EQ(cache.Stats().values + cache.Stats().evicted_crowded, 100'000U);
    EXPECT_LT(cache.Stats().evicted_crowded, 1000U);
  }
}

TEST(Cache, RemembersThatThereIsNothing) {
  CacheUnderTest cache;
  EXPECT_EQ(cache.PutAbsent("ghost"), Fill::kInstalled);
  EXPECT_EQ(cache.Get("ghost"), "absent");
  EXPECT_EQ(cache.Stats().absences, 1U);
  EXPECT_EQ(cache.Stats().absent_hits, 1U);
}

TEST(Cache, EmptyKeysAndValuesAreKeysAndValues) {
  CacheUnderTest cache;
  EXPECT_EQ(cache.Put("", ""), Fill::kInstalled);
  EXPECT_EQ(cache.Get(""), "");
}

TEST(Cache, WhatIsTooLargeIsRefusedAndItsOlderVersionGone) {
  CacheUnderTest cache(64 << 10);
  cache.Put("key", "small");
  const std::string large(20 << 10, 'v');
  const WriteTicket write = cache.Begin("key");
  EXPECT_EQ(cache.PutWritten("key", write, large), Fill::kTooLarge);
  cache.End("key");
  EXPECT_EQ(cache.Get("key"), std::nullopt);
  EXPECT_EQ(cache.Put("key", large), Fill::kTooLarge);
  EXPECT_EQ(cache.Stats().refused_too_large, 2U);
}

TEST(Cache, WhatIsThereIsNotReplacedByAnotherReader) {
  CacheUnderTest cache;
  const Lease lease = cache.LeaseOf("key");
  EXPECT_EQ(cache.Put("key", "first", lease), Fill::kInstalled);
  EXPECT_EQ(cache.Put("key", "second", lease), Fill::kPresent);
  EXPECT_EQ(cache.Get("key"), "first");
}

TEST(Cache, EntriesExpire) {
  auto clock = std::make_shared<testing::ManualClock>();
  CacheUnderTest cache(CacheConfig{.capacity = 1 << 20, .ttl = seconds(10), .clock = clock, .shards = 1});
  cache.Put("key", "value");
  clock->Advance(milliseconds(9900));
  EXPECT_EQ(cache.Get("key"), "value");
  clock->Advance(milliseconds(200));
  EXPECT_EQ(cache.Get("key"), std::nullopt);
  EXPECT_EQ(cache.Stats().expired, 1U);
}

TEST(Cache, WhatExpiredIsReplacedByWhoReadsItAgain) {
  auto clock = std::make_shared<testing::ManualClock>();
  CacheUnderTest cache(CacheConfig{.capacity = 1 << 20, .ttl = seconds(10), .clock = clock, .shards = 1});
  cache.Put("key", "old");
  clock->Advance(seconds(20));
  EXPECT_EQ(cache.Put("key", "new"), Fill::kInstalled);
  EXPECT_EQ(cache.Get("key"), "new");
  EXPECT_EQ(cache.Stats().evicted_expired, 1U);
}

TEST(Cache, LoweringTheCapacityMakesTheTableSmaller) {
  CacheUnderTest cache(64 << 20);
  for (int i = 0; i < 200'000; ++i) cache.Put(std::to_string(i), "v");
  cache.core().SetCapacity(1 << 20);
  EXPECT_LE(cache.Stats().used_bytes, std::size_t{1} << 20);
  EXPECT_GT(cache.Stats().values, 5000U);
  EXPECT_EQ(cache.Put("another", "v"), Fill::kInstalled);
  EXPECT_EQ(cache.Get("another"), "v");
}

TEST(Cache, WhatAReaderHoldsIsBoundedAlsoWhenBlocksAreWritten) {
  constexpr std::size_t kCapacity = 1 << 20;
  CacheUnderTest cache(kCapacity);
  const Key key = cache.KeyOf("block");
  const auto block = [] { return Block{std::make_shared<const int>(1), 8 << 10}; };
  cache.core().PutBlock(key, cache.core().LeaseOf(key), block());
  cache.Put("held", "value");
  cache.core().Find(cache.KeyOf("held"), [&](const Entry&) {
    std::jthread([&] {
      for (std::uint64_t row = 0; row < 2000; ++row) {
        cache.core().BeginWrite(key);
        cache.core().EndWrite(key, std::array{row}, [&](const Block&) { return block(); });
      }
    }).join();
    return true;
  });
  EXPECT_LT(cache.Stats().retired_bytes, kCapacity / 2);
  EXPECT_GT(cache.Stats().refused_full, 0U);
}

TEST(Cache, ExpiredEntriesMakeRoomWhileOthersCome) {
  auto clock = std::make_shared<testing::ManualClock>();
  CacheUnderTest cache(CacheConfig{.capacity = 1 << 20, .ttl = seconds(10), .clock = clock, .shards = 1});
  for (int i = 0; i < 500; ++i) cache.Put("old" + std::to_string(i), "value");
  clock->Advance(seconds(20));
  for (int i = 0; i < 500; ++i) cache.Put("new" + std::to_string(i), "value");
  EXPECT_EQ(cache.Stats().evicted_expired, 500U);
  EXPECT_EQ(cache.Stats().values, 500U);
}

TEST(Cache, AClockThatStepsBackMakesEntriesLastAndOneThatStepsForwardEndsThem) {
  auto clock = std::make_shared<testing::ManualClock>();
  CacheUnderTest cache(CacheConfig{.capacity = 1 << 20, .ttl = seconds(10), .clock = clock, .shards = 1});
  clock->Advance(seconds(100));
  cache.Put("key", "value");
  clock->Advance(-std::chrono::hours(1000));
  EXPECT_EQ(cache.Get("key"), "value");
  cache.Put("made in the past", "value");
  EXPECT_EQ(cache.Get("made in the past"), "value");
  clock->Advance(std::chrono::hours(2000));
  EXPECT_EQ(cache.Get("key"), std::nullopt);
}

TEST(Cache, AHugeTimeToLiveIsForEver) {
  auto clock = std::make_shared<testing::ManualClock>();
  CacheUnderTest cache(CacheConfig{
      .capacity = 1 << 20, .ttl = milliseconds(std::numeric_limits<std::int64_t>::max()), .clock = clock, .shards = 1});
  cache.Put("key", "value");
  clock->Advance(std::chrono::hours(24 * 365 * 50));
  EXPECT_EQ(cache.Get("key"), "value");
}

TEST(Cache, ClearingDropsEverything) {
  CacheUnderTest cache;
  for (int i = 0; i < 100; ++i) cache.Put(std::to_string(i), "v");
  cache.core().Clear();
  EXPECT_EQ(cache.Stats().values, 0U);
  EXPECT_EQ(cache.Get("7"), std::nullopt);
}

TEST(Cache, ASharedBlockOutlivesItsEntry) {
  CacheUnderTest cache;
  const Key key = cache.KeyOf("block");
  auto object = std::make_shared<const std::string>("shared");
  cache.core().PutBlock(key, cache.LeaseOf("block"), {object, 100});
  std::shared_ptr<const void> held;
  cache.core().Find(key, [&](const Entry& entry) {
    held = entry.block();
    return true;
  });
  EXPECT_EQ(held, object);
  cache.core().Clear();
  cache.core().Clear();
  object.reset();
  EXPECT_EQ(*std::static_pointer_cast<const std::string>(held), "shared");
}

TEST(Cache, ALargerBlockReplacesTheOneThatIsThere) {
  CacheUnderTest cache;
  const Key key = cache.KeyOf("block");
  const auto put = [&](int number) {
    return cache.core().PutBlock(key, cache.LeaseOf("block"), {std::make_shared<const int>(number), 100});
  };
  EXPECT_EQ(put(1), Fill::kInstalled);
  EXPECT_EQ(put(2), Fill::kInstalled);
  int seen = 0;
  cache.core().Find(key, [&](const Entry& entry) {
    seen = *std::static_pointer_cast<const int>(entry.block());
    return true;
  });
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(cache.Stats().evicted_replaced, 1U);
}

}  // namespace
}  // namespace rookery::cache
