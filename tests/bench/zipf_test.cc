#include "bench/data/zipf.h"

#include <gtest/gtest.h>

#include <vector>

namespace rookery::bench {
namespace {

TEST(ZipfTest, DrawsInProportionToTheInverseOfTheRank) {
  constexpr int kDraws = 200'000;
  const Zipf zipf(4, 1.0);
  Random random(1);
  std::vector<int> counts(4);
  for (int i = 0; i < kDraws; ++i) ++counts[zipf.Draw(&random)];
  // 1 + 1/2 + 1/3 + 1/4 = 25/12
  EXPECT_NEAR(counts[0], kDraws * 12 / 25, kDraws / 100);
  EXPECT_NEAR(counts[1], kDraws * 6 / 25, kDraws / 100);
  EXPECT_NEAR(counts[2], kDraws * 4 / 25, kDraws / 100);
  EXPECT_NEAR(counts[3], kDraws * 3 / 25, kDraws / 100);
}

TEST(ZipfTest, HasOnlyOneAnswerForOneRank) {
  const Zipf zipf(1, 0.99);
  Random random(7);
  EXPECT_EQ(zipf.Draw(&random), 0U);
}

TEST(RandomTest, IsTheSameOnEveryMachine) {
  Random random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317U);
  EXPECT_EQ(random.Next(), 3203168211198807973U);
}

TEST(RandomTest, UnitIsBelowOne) {
  Random random(3);
  for (int i = 0; i < 1000; ++i) {
    const double unit = random.Unit();
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
}

}  // namespace
}  // namespace rookery::bench
