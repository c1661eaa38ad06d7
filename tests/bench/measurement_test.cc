#include "bench/measurement.h"

#include <gtest/gtest.h>

namespace rookery::bench {
namespace {

Measurement Rate(double value) { return {{"rate", "1/s", value}}; }

TEST(MedianTest, IsTheMiddleValueOrTheMeanOfTheTwo) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(Median({9}), 9);
}

TEST(SummarizeTest, TheRatioIsTheMedianOfTheRoundsRatios) {
  const std::vector<ContenderRounds> rounds = {{"fast", {Rate(20), Rate(30), Rate(90)}},
                                               {"base", {Rate(10), Rate(10), Rate(10)}}};
  const std::vector<ResultRow> rows = Summarize("scroll", rounds, "base");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].scenario, "scroll");
  EXPECT_EQ(rows[0].contender, "fast");
  EXPECT_EQ(rows[0].metric, "rate");
  EXPECT_EQ(rows[0].unit, "1/s");
  EXPECT_EQ(rows[0].value, 30);
  EXPECT_EQ(rows[0].ratio_to, "base");
  EXPECT_EQ(rows[0].ratio, 3);
  EXPECT_EQ(rows[1].ratio, 1);
}

TEST(SummarizeTest, ARoundInWhichTheWholeMachineWasSlowDoesNotChangeTheRatio) {
  const std::vector<ContenderRounds> rounds = {{"same", {Rate(100), Rate(10), Rate(100)}},
                                               {"base", {Rate(100), Rate(10), Rate(100)}}};
  EXPECT_EQ(Summarize("scroll", rounds, "base")[0].ratio, 1);
}

TEST(SummarizeTest, ThereIsNoRatioWithoutABaseline) {
  const std::vector<ContenderRounds> rounds = {{"alone", {Rate(5)}}};
  const std::vector<ResultRow> rows = Summarize("scroll", rounds, "base");
  EXPECT_EQ(rows[0].value, 5);
  EXPECT_FALSE(rows[0].ratio_to.has_value());
  EXPECT_FALSE(rows[0].ratio.has_value());
}

TEST(SummarizeTest, ThereIsNoRatioToZero) {
  const std::vector<ContenderRounds> rounds = {{"some", {Rate(5)}}, {"base", {Rate(0)}}};
  EXPECT_FALSE(Summarize("scroll", rounds, "base")[0].ratio.has_value());
}

}  // namespace
}  // namespace rookery::bench
