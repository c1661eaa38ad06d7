#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "base/system_clock.h"
#include "tests/support/manual_clock.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

// Clocks may be set while the test runs: it asks for the right hour, not for the right millisecond.
TEST(SystemClockTest, IsTheWallClock) {
  const Timestamp now = base::NewSystemClock()->Now();
  EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - now), std::chrono::hours{1});
}

TEST(ManualClockTest, StandsUntilItIsMoved) {
  testing::ManualClock clock(Timestamp{milliseconds{100}});
  EXPECT_EQ(clock.Now(), Timestamp{milliseconds{100}});
  clock.Advance(milliseconds{-30});
  EXPECT_EQ(clock.Now(), Timestamp{milliseconds{70}});
  clock.Set(Timestamp{milliseconds{5}});
  EXPECT_EQ(clock.Now(), Timestamp{milliseconds{5}});
}

}  // namespace
}  // namespace rookery
