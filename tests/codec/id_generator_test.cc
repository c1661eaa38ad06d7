// Ids grow and never repeat: over bursts, clocks that step back, restarts and threads; and what is refused says why.
#include "codec/id_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <thread>
#include <vector>

#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"

namespace rookery::codec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ManualClock;

constexpr std::size_t kIdsPerMs = 4096;

class IdGeneratorTest : public ::testing::Test {
 protected:
  IdGeneratorTest() { Restart(); }

  /// A new generator over the same clock, from the highest horizon that was stored.
  void Restart() { ids_ = std::make_unique<IdGenerator>(options_, clock_, stored_); }
  void Restart(const IdOptions& options) {
    options_ = options;
    Restart();
  }

  /// One id, its horizon stored as a store would.
  MessageId Next() { return Batch(1).front(); }
  std::vector<MessageId> Batch(std::size_t count) {
    std::vector<MessageId> ids(count);
    IdIssue issue;
    EXPECT_OK(ids_->Next(ids, &issue));
    if (issue.horizon) Store(*issue.horizon);
    return ids;
  }
  void Store(Timestamp horizon) {
    stored_ = std::max(stored_.value_or(horizon), horizon);
    ids_->HorizonStored(horizon);
  }
  Status TryNext(std::size_t count = 1) {
    std::vector<MessageId> ids(count);
    IdIssue issue;
    return ids_->Next(ids, &issue);
  }
  Timestamp TimeOf(MessageId id) const { return id.time(options_.epoch); }

  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  IdOptions options_;
  std::optional<Timestamp> stored_;
  std::unique_ptr<IdGenerator> ids_;
};

TEST_F(IdGeneratorTest, PutsTimeWorkerAndSequenceIntoTheId) {
  Restart({.worker = 5});
  const auto ids = Batch(3);
  EXPECT_EQ(TimeOf(ids[0]), clock_->Now());
  EXPECT_EQ(ids[0].value >> 12 & 1023, 5U);
  EXPECT_EQ(ids[0].value & 4095, 0U);
  EXPECT_EQ(ids[2].value, ids[0].value + 2);
  clock_->Advance(milliseconds{1});
  EXPECT_EQ(Next().value, ids[0].value + (1U << 22));
}

TEST_F(IdGeneratorTest, NeverMakesIdZero) {
  Restart({.epoch = clock_->Now()});
  EXPECT_EQ(Next(), MessageId{1});
}

TEST_F(IdGeneratorTest, GrowsWhileTheClockStandsStill) {
  MessageId last;
  for (int i = 0; i < 10'000; ++i) {
    const MessageId id = Next();
    ASSERT_GT(id, last);
    last = id;
  }
}

TEST_F(IdGeneratorTest, GrowsWhenTheClockStepsBack) {
  const MessageId before = Next();
  clock_->Advance(-seconds{30});
  const MessageId after = Next();
  EXPECT_EQ(after.value, before.value + 1);
  EXPECT_EQ(ids_->stats().clock_steps_back, 1U);
  EXPECT_EQ(ids_->stats().run_ahead, 1U);
  EXPECT_EQ(ids_->stats().lead, seconds{30});
  clock_->Advance(seconds{31});
  EXPECT_EQ(TimeOf(Next()), clock_->Now());
  EXPECT_EQ(ids_->stats().lead, milliseconds{0});
}

TEST_F(IdGeneratorTest, DoesNotCountNoiseAsAStepBack) {
  Next();
  clock_->Advance(-milliseconds{1});
  Next();
  EXPECT_EQ(ids_->stats().clock_steps_back, 0U);
}

TEST_F(IdGeneratorTest, RunsAheadWhenAMillisecondIsUsedUp) {
  const auto ids = Batch(kIdsPerMs + 2);
  EXPECT_EQ(TimeOf(ids[kIdsPerMs - 1]), clock_->Now());
  EXPECT_EQ(TimeOf(ids[kIdsPerMs]), clock_->Now() + milliseconds{1});
  EXPECT_EQ(ids[kIdsPerMs].value & 4095, 0U);
  EXPECT_EQ(ids_->stats().run_ahead, 2U);
  EXPECT_EQ(ids_->stats().lead, milliseconds{1});
}

TEST_F(IdGeneratorTest, RefusesToRunTooFarAheadAndSaysWhenToComeBack) {
  Restart({.max_clock_lead = milliseconds{100}});
  const MessageId before = Next();
  clock_->Advance(-milliseconds{150});
  const Status status = TryNext();
  EXPECT_CODE(status, StatusCode::kBusy);
  EXPECT_EQ(status.retry_after(), milliseconds{50});
  EXPECT_EQ(
      status.message(),
      "new ids would be 150 ms ahead of the clock; the limit is 100 ms (IdOptions::max_clock_lead); wait, or check "
      "whether the clock was set back");
  EXPECT_EQ(ids_->stats().refused, 1U);
  clock_->Advance(*status.retry_after());
  EXPECT_EQ(Next().value, before.value + 1);
}

TEST_F(IdGeneratorTest, ARefusedBatchTakesNoIds) {
  Restart({.max_clock_lead = milliseconds{2}});
  Batch(2 * kIdsPerMs);
  const MessageId last = Next();
  EXPECT_CODE(TryNext(kIdsPerMs), StatusCode::kBusy);
  EXPECT_EQ(Next().value, last.value + 1);
}

TEST_F(IdGeneratorTest, RefusesABatchThatNoWaitingMakesPossible) {
  Restart({.max_clock_lead = milliseconds{2}});
  Batch(3 * kIdsPerMs);
  const Status status = TryNext(3 * kIdsPerMs + 1);
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_EQ(ids_->stats().refused, 0U);
}

TEST_F(IdGeneratorTest, AnEmptyBatchNeedsNothing) {
  IdIssue issue{.now = {}, .horizon = Timestamp{}};
  EXPECT_OK(ids_->Next({}, &issue));
  EXPECT_EQ(issue.horizon, std::nullopt);
  EXPECT_EQ(issue.now, clock_->Now());
}

TEST_F(IdGeneratorTest, RefusesAClockBeforeTheEpoch) {
  clock_->Set(Timestamp{});
  const Status status = TryNext();
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the clock says 1970-01-01, before the store's ids begin (1990-01-01, IdOptions::epoch); set the clock");
}

TEST_F(IdGeneratorTest, RefusesAClockBeyond41Bits) {
  clock_->Set(options_.epoch + milliseconds{(std::int64_t{1} << 41) - 1});
  EXPECT_TRUE(Next().valid());
  clock_->Advance(milliseconds{1});
  const Status status = TryNext();
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("ids end at 2059-09-07"), std::string_view::npos) << status;
}

TEST_F(IdGeneratorTest, AsksForAHorizonUntilOneIsStored) {
  std::vector<MessageId> ids(1);
  IdIssue first, second, third;
  EXPECT_OK(ids_->Next(ids, &first));
  EXPECT_OK(ids_->Next(ids, &second));
  ASSERT_TRUE(first.horizon && second.horizon);
  EXPECT_EQ(*first.horizon, clock_->Now() + IdGenerator::kHorizonStep);
  EXPECT_EQ(*second.horizon, *first.horizon);
  ids_->HorizonStored(*first.horizon);
  EXPECT_OK(ids_->Next(ids, &third));
  EXPECT_EQ(third.horizon, std::nullopt);
}

TEST_F(IdGeneratorTest, OneAloneAsksForTheNextHorizonBeforeItIsNeeded) {
  Next();
  const auto horizon_at = [this](std::chrono::milliseconds later) {
    clock_->Advance(later);
    MessageId id;
    IdIssue issue;
    EXPECT_OK(ids_->Next({&id, 1}, &issue));
    return issue.horizon;
  };
  EXPECT_EQ(horizon_at(IdGenerator::kHorizonStep / 2 - std::chrono::milliseconds{1}), std::nullopt);
  const auto early = horizon_at(std::chrono::milliseconds{1});
  EXPECT_EQ(early, clock_->Now() + IdGenerator::kHorizonStep);
  EXPECT_EQ(horizon_at(std::chrono::milliseconds{1}), std::nullopt) << "it is on its way";
  EXPECT_TRUE(horizon_at(IdGenerator::kHorizonStep).has_value()) << "it has not come, and no id goes without";
}

TEST_F(IdGeneratorTest, EveryIdIsBelowAHorizonThatIsStoredOrAskedFor) {
  std::optional<Timestamp> stored;
  std::vector<MessageId> ids(700);
  for (int i = 0; i < 2000; ++i) {
    IdIssue issue;
    ASSERT_OK(ids_->Next(ids, &issue));
    const auto horizon = issue.horizon;
    const auto covered = horizon ? horizon : stored;
    ASSERT_TRUE(covered);
    ASSERT_LT(TimeOf(ids.back()), *covered);
    if (horizon && i % 3 == 0) {
      stored = std::max(stored.value_or(*horizon), *horizon);
      ids_->HorizonStored(*horizon);
    }
    clock_->Advance(milliseconds{i % 7});
  }
}

TEST_F(IdGeneratorTest, GrowsAcrossARestartWithTheClockSetBack) {
  MessageId last;
  for (int restart = 0; restart < 20; ++restart) {
    for (int i = 0; i < 100; ++i) {
      const MessageId id = Next();
      ASSERT_GT(id, last);
      last = id;
      clock_->Advance(milliseconds{i % 3});
    }
    clock_->Advance(-milliseconds{300});
    Restart();
  }
}

TEST_F(IdGeneratorTest, AnOldHorizonDoesNotHoldBackTheClock) {
  Next();
  clock_->Advance(seconds{60});
  Restart();
  EXPECT_EQ(TimeOf(Next()), clock_->Now());
}

TEST_F(IdGeneratorTest, SurvivesAnAbsurdHorizon) {
  for (const std::int64_t ms : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    stored_ = Timestamp{milliseconds{ms}};
    Restart();
    EXPECT_EQ(TryNext().ok(), ms < 0);
  }
}

TEST_F(IdGeneratorTest, TellsTheClockWithTheIds) {
  Next();
  clock_->Advance(-seconds{5});
  std::vector<MessageId> ids(1);
  IdIssue issue;
  EXPECT_OK(ids_->Next(ids, &issue));
  EXPECT_EQ(issue.now, clock_->Now());
  EXPECT_EQ(TimeOf(ids[0]), clock_->Now() + seconds{5});
}

TEST_F(IdGeneratorTest, AFinishedGeneratorIsFollowedByTheNextMillisecond) {
  MessageId last;
  for (int restart = 0; restart < 100; ++restart) {
    const MessageId first = Next();
    ASSERT_GT(first, last);
    ASSERT_EQ(TimeOf(first), clock_->Now() + milliseconds{restart});
    last = Batch(100).back();
    const auto horizon = ids_->Finish();
    ASSERT_TRUE(horizon);
    ASSERT_GT(*horizon, TimeOf(last));
    stored_ = *horizon;
    Restart();
  }
}

TEST_F(IdGeneratorTest, AFinishedGeneratorMakesNoIds) {
  Next();
  ids_->Finish();
  EXPECT_CODE(TryNext(), StatusCode::kClosed);
}

TEST_F(IdGeneratorTest, FinishingKeepsTheHorizonIfNoIdWasMade) {
  EXPECT_EQ(ids_->Finish(), std::nullopt);
  Restart();
  Next();
  Restart();
  EXPECT_EQ(ids_->Finish(), std::nullopt);
}

TEST_F(IdGeneratorTest, ThreadsGetDifferentIds) {
  constexpr int kThreads = 4;
  constexpr std::size_t kEach = 5000;
  std::vector<std::vector<MessageId>> made(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (auto& mine : made) {
    threads.emplace_back([this, &mine] {
      IdIssue issue;
      std::vector<MessageId> ids(5);
      while (mine.size() < kEach) {
        ASSERT_OK(ids_->Next(ids, &issue));
        if (issue.horizon) ids_->HorizonStored(*issue.horizon);
        mine.insert(mine.end(), ids.begin(), ids.end());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<MessageId> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

}  // namespace
}  // namespace rookery::codec
