// How refused writers are paced.
#include "store/write_pace.h"

#include <gtest/gtest.h>

namespace rookery::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(WritePace, EverybodyMayTryAtFirst) { EXPECT_TRUE(WritePace().open()); }

TEST(WritePace, AfterARefusalOneTriesAtATime) {
  WritePace pace;
  pace.Refused(100, 0);
  EXPECT_FALSE(pace.open());
  EXPECT_EQ(pace.width(), 1U);
  EXPECT_EQ(pace.pause(), milliseconds{1});
}

TEST(WritePace, PausesGrowUpToABound) {
  WritePace pace;
  WritePace::Duration last{0};
  for (int i = 0; i < 20; ++i) {
    pace.Refused(100, 0);
    EXPECT_GE(pace.pause(), last);
    last = pace.pause();
  }
  EXPECT_EQ(last, milliseconds{50});
}

TEST(WritePace, ALargeBatchWaitsUntilItIsPaidFor) {
  WritePace pace;
  pace.Refused(std::size_t{1} << 20, std::uint64_t{1} << 20);
  EXPECT_EQ(pace.pause(), seconds{2});
}

TEST(WritePace, WhatWouldTakeForeverIsAnHour) {
  WritePace pace;
  pace.Refused(std::size_t{1} << 40, 1);
  EXPECT_EQ(pace.pause(), seconds{3600});
}

TEST(WritePace, EachWriteDoublesTheNumberOfThoseWhoTry) {
  WritePace pace;
  pace.Refused(100, 0);
  pace.Written();
  EXPECT_EQ(pace.width(), 2U);
  EXPECT_EQ(pace.pause(), milliseconds{0});
  for (int i = 0; i < 5; ++i) pace.Written();
  EXPECT_TRUE(pace.open());
  pace.Refused(100, 0);
  EXPECT_EQ(pace.width(), 1U);
}

}  // namespace
}  // namespace rookery::store
