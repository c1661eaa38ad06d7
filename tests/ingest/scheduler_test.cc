// The scheduler: who is run next. Without threads, but for the one that waits.
#include "ingest/scheduler.h"

#include <gtest/gtest.h>

#include <future>

namespace rookery::testing {
namespace {

using ingest::DestinationIndex;
using ingest::Scheduler;
using ingest::Time;

constexpr DestinationIndex kA{0};
constexpr DestinationIndex kB{1};

class SchedulerTest : public ::testing::Test {
 protected:
  /// Of the steady clock: timers are compared with it.
  static Time Past() { return std::chrono::steady_clock::now() - std::chrono::hours{1}; }
  static Time Future() { return std::chrono::steady_clock::now() + std::chrono::hours{1}; }

  Scheduler scheduler_{2};
};

TEST_F(SchedulerTest, FirstComeFirstServedAndEachOnce) {
  scheduler_.Wake(kB);
  scheduler_.Wake(kA);
  scheduler_.Wake(kB);
  EXPECT_EQ(scheduler_.Next(), kB);
  EXPECT_EQ(scheduler_.Next(), kA);
  EXPECT_EQ(scheduler_.TryNext(), std::nullopt);
}

TEST_F(SchedulerTest, WhoIsRunningIsNotRunByAnotherButAgainAfterwards) {
  scheduler_.Wake(kA);
  EXPECT_EQ(scheduler_.Next(), kA);
  scheduler_.Wake(kA);
  EXPECT_EQ(scheduler_.TryNext(), std::nullopt);
  scheduler_.LetRest(kA, std::nullopt);
  EXPECT_EQ(scheduler_.TryNext(), kA);
}

TEST_F(SchedulerTest, WhoHasMoreToDoStandsBehindTheOthers) {
  scheduler_.Wake(kA);
  EXPECT_EQ(scheduler_.Next(), kA);
  scheduler_.Wake(kB);
  scheduler_.RunAgain(kA);
  EXPECT_EQ(scheduler_.Next(), kB);
  EXPECT_EQ(scheduler_.Next(), kA);
}

TEST_F(SchedulerTest, WhoRestsIsRunWhenItsTimeHasCome) {
  scheduler_.Wake(kA);
  EXPECT_EQ(scheduler_.Next(), kA);
  scheduler_.LetRest(kA, Past());
  EXPECT_EQ(scheduler_.Next(), kA);
  scheduler_.LetRest(kA, Future());
  EXPECT_EQ(scheduler_.TryNext(), std::nullopt);
  scheduler_.Wake(kA);
  EXPECT_EQ(scheduler_.TryNext(), kA) << "woken before";
}

TEST_F(SchedulerTest, AWaitingWorkerGetsWhatComesAndLearnsOfTheEnd) {
  auto waiting = std::async(std::launch::async, [this] { return scheduler_.Next(); });
  scheduler_.Wake(kA);
  EXPECT_EQ(waiting.get(), kA);
  auto idle = std::async(std::launch::async, [this] { return scheduler_.Next(); });
  scheduler_.Stop();
  EXPECT_EQ(idle.get(), std::nullopt);
}

}  // namespace
}  // namespace rookery::testing
