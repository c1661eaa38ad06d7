#include "bench/growth.h"

#include <gtest/gtest.h>

namespace rookery::bench {
namespace {

TEST(ShortNumberTest, SaysThousandsAndMillionsByALetter) {
  EXPECT_EQ(ShortNumber(20'000), "20k");
  EXPECT_EQ(ShortNumber(50'000'000), "50M");
}

TEST(ShortNumberTest, LosesNothing) {
  EXPECT_EQ(ShortNumber(0), "0");
  EXPECT_EQ(ShortNumber(1'500), "1500");
  EXPECT_EQ(ShortNumber(1'500'000), "1500k");
}

}  // namespace
}  // namespace rookery::bench
