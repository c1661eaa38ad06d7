// A token bucket under a clock that the test moves.
#include "store/token_bucket.h"

#include <gtest/gtest.h>

#include "tests/support/seeded_random.h"

namespace rookery::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(TokenBucket, BeginsFull) {
  TokenBucket bucket(10, 5, seconds{1});
  EXPECT_TRUE(bucket.Has(5));
  bucket.Take(5);
  EXPECT_FALSE(bucket.Has(1));
}

TEST(TokenBucket, FillsAtItsRateUpToItsBurst) {
  TokenBucket bucket(10, 5, seconds{1});
  bucket.Take(5);
  EXPECT_EQ(bucket.Fill(milliseconds{1200}), 0);
  EXPECT_DOUBLE_EQ(bucket.tokens(), 2);
  EXPECT_DOUBLE_EQ(bucket.Fill(milliseconds{2000}), 5) << "what does not fit is told";
  EXPECT_DOUBLE_EQ(bucket.tokens(), 5);
}

TEST(TokenBucket, TimeThatGoesBackChangesNothing) {
  TokenBucket bucket(10, 5, seconds{9});
  bucket.Take(5);
  bucket.Fill(seconds{1});
  EXPECT_DOUBLE_EQ(bucket.tokens(), 0);
  bucket.Fill(milliseconds{9100});
  EXPECT_DOUBLE_EQ(bucket.tokens(), 1);
}

TEST(TokenBucket, WhatIsLargerThanTheBurstPassesWhenFullAndIsOwed) {
  TokenBucket bucket(10, 5, seconds{0});
  EXPECT_TRUE(bucket.Has(20));
  bucket.Take(20);
  EXPECT_DOUBLE_EQ(bucket.tokens(), -15);
  EXPECT_EQ(bucket.UntilHas(1), milliseconds{1600});
  EXPECT_EQ(bucket.UntilHas(20), seconds{2});
}

/// At random: never more than the rate and the burst allow, in any stretch of time; and the wait it names is exact.
TEST(TokenBucket, KeepsItsRateInEveryStretch) {
  testing::SeededRandom random(41);
  SCOPED_TRACE(random.trace());
  for (int run = 0; run < 200; ++run) {
    const double rate = 1.0 + static_cast<double>(random.Below(1000));
    const double burst = 1.0 + static_cast<double>(random.Below(50));
    nanoseconds now{0};
    TokenBucket bucket(rate, burst, now);
    double most_over = 0;  // of taken - rate * time, above its lowest so far
    double taken = 0;
    double lowest = 0;
    for (int step = 0; step < 300; ++step) {
      now += nanoseconds{random.Below(20'000'000)};
      bucket.Fill(now);
      const double wanted = 1.0 + static_cast<double>(random.Below(static_cast<std::uint64_t>(burst)));
      const double balance = taken - rate * static_cast<double>(now.count()) * 1e-9;
      lowest = std::min(lowest, balance);
      if (bucket.Has(wanted)) {
        bucket.Take(wanted);
        taken += wanted;
        most_over = std::max(most_over, balance + wanted - lowest);
        continue;
      }
      const nanoseconds wait = bucket.UntilHas(wanted);
      TokenBucket later = bucket;
      later.Fill(now + wait);
      EXPECT_TRUE(later.Has(wanted));
      TokenBucket early = bucket;
      early.Fill(now + wait - std::min(wait, nanoseconds{1'000'000}));
      EXPECT_TRUE(wait < milliseconds{1} || !early.Has(wanted)) << "not sooner than by a millisecond";
    }
    EXPECT_LE(most_over, burst + 1e-3);
  }
}

}  // namespace
}  // namespace rookery::store
