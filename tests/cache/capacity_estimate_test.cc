#include "cache/capacity_estimate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

#include "cache/split_mix.h"

namespace rookery::cache {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// Keys of which a few are popular: the logarithm of a key is spread evenly.
class SkewedKeys {
 public:
  explicit SkewedKeys(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Next() {
    constexpr double kKeys = 400'000;
    const double even = static_cast<double>(random_.Next() >> 11) * 0x1p-53;
    return static_cast<std::uint64_t>(std::pow(kKeys, even) * (1 + even));
  }

 private:
  SplitMix random_;
};

TEST(CapacityEstimate, SamplesOneKeyInSixtyFour) {
  const CapacityEstimate estimate(CachePolicy::kAdaptive, 32 * kMiB, 1);
  int sampled = 0;
  for (std::uint64_t key = 0; key < 640'000; ++key) sampled += estimate.Sampled(Mix(key)) ? 1 : 0;
  EXPECT_NEAR(sampled, 10'000, 500);
}

TEST(CapacityEstimate, SamplesLessOfALargeCache) {
  const CapacityEstimate estimate(CachePolicy::kAdaptive, 4096 * kMiB, 1);
  int sampled = 0;
  for (std::uint64_t key = 0; key < 4'096'000; ++key) sampled += estimate.Sampled(Mix(key)) ? 1 : 0;
  EXPECT_NEAR(sampled, 500, 100);
}

TEST(CapacityEstimate, KnowsNothingWithoutSamples) {
  const CapacityEstimate estimate(CachePolicy::kLru, kMiB, 1);
  EXPECT_EQ(estimate.Estimate().samples, 0U);
  EXPECT_EQ(estimate.Estimate().at_same, 0);
}

TEST(CapacityEstimate, IsNearTheHitRatiosOfWholeCaches) {
  constexpr std::size_t kCharge = 100;
  constexpr std::size_t kCapacity = 30'000 * kCharge;
  for (const CachePolicy policy : {CachePolicy::kAdaptive, CachePolicy::kExactLru, CachePolicy::kLfu}) {
    CapacityEstimate estimate(policy, kCapacity, 1);
    SimulatedCache half(policy, kCapacity / 2, 1);
    SimulatedCache same(policy, kCapacity, 1);
    SimulatedCache twice(policy, kCapacity * 2, 1);
    SkewedKeys keys(7);
    for (int i = 0; i < 500'000; ++i) {
      // The most popular keys are in any cache; whether they are in the sample would decide about its hit ratio.
      const std::uint64_t key = keys.Next() + 1000 * (static_cast<std::uint64_t>(i) % 64);
      if (estimate.Sampled(Mix(key))) estimate.Note(Mix(key), kCharge);
      for (SimulatedCache* cache : {&half, &same, &twice}) cache->Access(key, kCharge);
    }
    const auto ratios = estimate.Estimate();
    const auto ratio_of = [](const SimulatedCache& cache) {
      return static_cast<double>(cache.hits()) / static_cast<double>(cache.hits() + cache.misses());
    };
    EXPECT_NEAR(ratios.at_half, ratio_of(half), 0.05);
    EXPECT_NEAR(ratios.at_same, ratio_of(same), 0.05);
    EXPECT_NEAR(ratios.at_double, ratio_of(twice), 0.05);
    EXPECT_LT(ratios.at_half, ratios.at_same);
    EXPECT_LT(ratios.at_same, ratios.at_double);
    EXPECT_GT(ratios.samples, 4000U);
  }
}

TEST(CapacityEstimate, FollowsAChangeOfCapacity) {
  CapacityEstimate estimate(CachePolicy::kExactLru, 64 * kMiB, 1);
  const auto pass = [&estimate] {
    for (std::uint64_t key = 0; key < 1000; ++key) estimate.Note(key, 512);
    return estimate.Estimate();
  };
  pass();
  EXPECT_NEAR(pass().at_same, 0.5, 0.01);
  estimate.SetCapacity(16 * kMiB);  // a 128th of it has no room for the loop
  EXPECT_NEAR(pass().at_same, 1.0 / 3, 0.01);
}

TEST(CapacityEstimate, TakesMemoryForAMebibyteOfKeysAtMost) {
  CapacityEstimate estimate(CachePolicy::kAdaptive, 4096 * kMiB, 1);
  for (std::uint64_t key = 0; key < 100'000; ++key) estimate.Note(key, 200);
  EXPECT_LT(estimate.memory_bytes(), 3 * kMiB);
}

TEST(CapacityEstimate, ThreadsMayNoteAtOnce) {
  CapacityEstimate estimate(CachePolicy::kAdaptive, kMiB, 1);
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&estimate, thread] {
      for (std::uint64_t i = 0; i < 2000; ++i) estimate.Note(thread + i % 50, 64);
      if (thread == 0) estimate.SetCapacity(2 * kMiB);
      EXPECT_LE(estimate.Estimate().at_same, 1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(estimate.Estimate().samples, 0U);
}

}  // namespace
}  // namespace rookery::cache
