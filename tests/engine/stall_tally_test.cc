// Who is named for holding up writes, and for how long it was so.
#include "engine/rocksdb/stall_tally.h"

#include <gtest/gtest.h>

namespace rookery::engine {
namespace {

using std::chrono::seconds;

class StallTallyTest : public ::testing::Test {
 protected:
  StallTally::Time At(int second) const { return start_ + seconds{second}; }

  const StallTally::Time start_{seconds{1000}};
  StallTally tally_;
};

TEST_F(StallTallyTest, BeginsWithNobody) {
  EXPECT_EQ(tally_.state(), StallState::kNone);
  EXPECT_EQ(tally_.culprit(), "");
  EXPECT_EQ(tally_.delayed(At(5)), seconds{0});
}

TEST_F(StallTallyTest, TheWorstStateCounts) {
  tally_.Set("a", StallState::kDelayed, At(0));
  tally_.Set("b", StallState::kStopped, At(1));
  EXPECT_EQ(tally_.state(), StallState::kStopped);
  EXPECT_EQ(tally_.culprit(), "b");
  tally_.Set("b", StallState::kNone, At(2));
  EXPECT_EQ(tally_.state(), StallState::kDelayed);
  EXPECT_EQ(tally_.culprit(), "a");
}

TEST_F(StallTallyTest, OfSeveralTheFirstIsNamed) {
  tally_.Set("z", StallState::kStopped, At(0));
  tally_.Set("a", StallState::kStopped, At(1));
  EXPECT_EQ(tally_.culprit(), "z");
  tally_.Set("z", StallState::kStopped, At(2));
  EXPECT_EQ(tally_.culprit(), "z") << "told again, it is in that state no less long";
}

TEST_F(StallTallyTest, TimesAddUpByState) {
  tally_.Set("a", StallState::kDelayed, At(0));
  tally_.Set("a", StallState::kStopped, At(2));
  tally_.Set("b", StallState::kStopped, At(3));
  tally_.Set("a", StallState::kNone, At(5));
  EXPECT_EQ(tally_.lasting(At(6)), seconds{4});
  tally_.Set("b", StallState::kNone, At(7));
  tally_.Set("a", StallState::kDelayed, At(10));
  EXPECT_EQ(tally_.delayed(At(11)), seconds{3});
  EXPECT_EQ(tally_.stopped(At(11)), seconds{5});
}

TEST_F(StallTallyTest, ClearingEndsWhatWasUnderWay) {
  tally_.Set("a", StallState::kStopped, At(0));
  tally_.Clear(At(3));
  EXPECT_EQ(tally_.state(), StallState::kNone);
  EXPECT_EQ(tally_.culprit(), "");
  EXPECT_EQ(tally_.stopped(At(9)), seconds{3});
}

}  // namespace
}  // namespace rookery::engine
