#include "bench/latencies.h"

#include <gtest/gtest.h>

namespace rookery::bench {
namespace {

TEST(PercentileTest, IsTheSmallestValueThatTheShareDoesNotExceed) {
  const std::vector<std::int64_t> values = {50, 10, 40, 20, 30};
  EXPECT_EQ(Percentile(values, 0.50), 30);
  EXPECT_EQ(Percentile(values, 0.60), 30);
  EXPECT_EQ(Percentile(values, 0.61), 40);
  EXPECT_EQ(Percentile(values, 1.00), 50);
}

TEST(PercentileTest, OfOneValueIsThatValue) { EXPECT_EQ(Percentile({7}, 0.99), 7); }

TEST(LatenciesTest, ReportsRateMedianTailAndProcessorTime) {
  Latencies latencies(2);
  latencies.Start();
  latencies.Lap();
  latencies.Lap();
  latencies.Stop();
  Measurement measurement;
  latencies.AddTo(&measurement, "pages", 2);
  ASSERT_EQ(measurement.size(), 4U);
  EXPECT_EQ(measurement[0].name, "pages_per_second");
  EXPECT_EQ(measurement[0].unit, "pages/s");
  EXPECT_GT(measurement[0].value, 0);
  EXPECT_EQ(measurement[1].name, "p50");
  EXPECT_EQ(measurement[2].name, "p99");
  EXPECT_LE(measurement[1].value, measurement[2].value);
  EXPECT_EQ(measurement[3].name, "caller_cpu");
}

}  // namespace
}  // namespace rookery::bench
