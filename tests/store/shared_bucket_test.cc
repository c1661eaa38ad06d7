// A bucket that several share by weight, under a clock that the test moves.
#include "store/shared_bucket.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/seeded_random.h"

namespace rookery::store {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

class SharedBucketTest : public ::testing::Test {
 protected:
  bool TakeOne(SharedBucket* bucket, std::size_t sharer, double wanted = 1) {
    const SharedBucket::Share share{sharer, wanted};
    if (!bucket->Has({&share, 1}, now_)) return false;
    bucket->Take({&share, 1});
    return true;
  }
  /// Everybody in `eager` takes all that they can, in turns, for so long; what each got.
  std::vector<double> Contend(SharedBucket* bucket, std::size_t sharers, const std::vector<std::size_t>& eager,
                              seconds time) {
    std::vector<double> got(sharers);
    for (const nanoseconds end = now_ + time; now_ < end; now_ += microseconds{200}) {
      for (const std::size_t sharer : eager) {
        for (int i = 0; i < 100 && TakeOne(bucket, sharer); ++i) got[sharer] += 1;
      }
    }
    return got;
  }

  nanoseconds now_{0};
};

TEST_F(SharedBucketTest, WhoIsAloneGetsTheWholeRate) {
  const std::array<std::uint32_t, 3> weights = {1, 2, 1};
  SharedBucket bucket(1000, 100, weights, now_);
  const std::vector<double> got = Contend(&bucket, 3, {0}, seconds{10});
  EXPECT_GE(got[0], 10'000 - 100);
  EXPECT_LE(got[0], 10'000 + 100);
}

TEST_F(SharedBucketTest, UnderContentionEachGetsAtLeastItsWeight) {
  const std::array<std::uint32_t, 3> weights = {1, 2, 5};
  SharedBucket bucket(8000, 800, weights, now_);
  const std::vector<double> got = Contend(&bucket, 3, {0, 1, 2}, seconds{10});
  EXPECT_GE(got[0], 10'000 * 0.99);
  EXPECT_GE(got[1], 20'000 * 0.99);
  EXPECT_GE(got[2], 50'000 * 0.99);
  EXPECT_LE(got[0] + got[1] + got[2], 80'000 + 800 + 1);
}

TEST_F(SharedBucketTest, WhatOneLeavesIsLentAndTakenBackAtOnce) {
  const std::array<std::uint32_t, 2> weights = {1, 9};
  SharedBucket bucket(1000, 100, weights, now_);
  const std::vector<double> lent = Contend(&bucket, 2, {0}, seconds{10});
  EXPECT_GE(lent[0], 9'900) << "far beyond its own tenth";
  const std::vector<double> back = Contend(&bucket, 2, {0, 1}, seconds{10});
  EXPECT_GE(back[1], 9'000 * 0.99);
}

TEST_F(SharedBucketTest, WhoComesBackFindsItsShareWhateverOthersTook) {
  const std::array<std::uint32_t, 2> weights = {1, 1};
  SharedBucket bucket(100, 40, weights, now_);
  while (TakeOne(&bucket, 0)) {
  }
  int found = 0;
  while (TakeOne(&bucket, 1)) ++found;
  EXPECT_EQ(found, 10) << "a quarter of the burst is its own";
}

TEST_F(SharedBucketTest, ALargeTakingOwesItToItselfOnly) {
  const std::array<std::uint32_t, 2> weights = {1, 1};
  SharedBucket bucket(100, 40, weights, now_);
  EXPECT_TRUE(TakeOne(&bucket, 0, 1000));
  EXPECT_FALSE(TakeOne(&bucket, 0));
  EXPECT_TRUE(TakeOne(&bucket, 1, 10));
  now_ += seconds{5};
  EXPECT_FALSE(TakeOne(&bucket, 0, 1)) << "970 are owed, at 50 a second and what the other leaves";
  EXPECT_TRUE(TakeOne(&bucket, 1, 10));
  now_ += seconds{15};
  EXPECT_TRUE(TakeOne(&bucket, 0, 1)) << "by then the pool, which the other left, has what it needs";
}

TEST_F(SharedBucketTest, TheWaitItNamesIsExact) {
  testing::SeededRandom random(42);
  SCOPED_TRACE(random.trace());
  const std::array<std::uint32_t, 4> weights = {1, 2, 3, 10};
  for (int run = 0; run < 300; ++run) {
    SharedBucket bucket(1.0 + static_cast<double>(random.Below(5000)), 1.0 + static_cast<double>(random.Below(500)),
                        weights, now_);
    for (int i = 0; i < 30; ++i) {
      now_ += nanoseconds{random.Below(5'000'000)};
      TakeOne(&bucket, random.Below(4), static_cast<double>(1 + random.Below(200)));
    }
    const SharedBucket::Share share{random.Below(4), static_cast<double>(1 + random.Below(300))};
    const nanoseconds wait = bucket.UntilHas({&share, 1}, now_);
    SharedBucket later = bucket;
    EXPECT_TRUE(later.Has({&share, 1}, now_ + wait));
    if (wait < microseconds{10}) continue;
    SharedBucket early = bucket;
    EXPECT_FALSE(early.Has({&share, 1}, now_ + wait - microseconds{10}));
  }
}

/// Whoever takes what: never more than the rate and the burst allow in any stretch of time.
TEST_F(SharedBucketTest, KeepsItsRateInEveryStretch) {
  testing::SeededRandom random(42);
  SCOPED_TRACE(random.trace());
  const std::array<std::uint32_t, 3> weights = {1, 4, 2};
  for (int run = 0; run < 100; ++run) {
    const double rate = 10.0 + static_cast<double>(random.Below(1000));
    const double burst = 70;
    SharedBucket bucket(rate, burst, weights, now_);
    const nanoseconds begin = now_;
    double taken = 0;
    double lowest = 0;
    for (int step = 0; step < 500; ++step) {
      now_ += nanoseconds{random.Below(30'000'000)};
      const double wanted = static_cast<double>(1 + random.Below(5));
      const double balance = taken - rate * static_cast<double>((now_ - begin).count()) * 1e-9;
      lowest = std::min(lowest, balance);
      if (!TakeOne(&bucket, random.Below(3), wanted)) continue;
      taken += wanted;
      ASSERT_LE(balance + wanted - lowest, burst + 1e-3);
    }
  }
}

TEST_F(SharedBucketTest, SeveralSharesAreTakenTogetherOrNotAtAll) {
  const std::array<std::uint32_t, 2> weights = {1, 1};
  SharedBucket bucket(100, 40, weights, now_);
  const std::array<SharedBucket::Share, 2> most = {{{0, 20}, {1, 20}}};
  EXPECT_TRUE(bucket.Has(most, now_));
  const std::array<SharedBucket::Share, 2> too_much = {{{0, 25}, {1, 25}}};
  EXPECT_TRUE(bucket.Has(too_much, now_)) << "it is more than there ever is, and all is there";
  bucket.Take(most);
  EXPECT_FALSE(bucket.Has(most, now_));
  EXPECT_FALSE(TakeOne(&bucket, 0));
  EXPECT_FALSE(TakeOne(&bucket, 1));
}

}  // namespace
}  // namespace rookery::store
