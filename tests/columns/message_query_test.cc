// Plans: what a query leaves to be read, and how it will be read.
#include "columns/message_query.h"

#include <chrono>
#include <string>
#include <vector>

#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::Optional;

constexpr Timestamp kEpoch{milliseconds{1'000'000}};

QueryPlan Plan(const MessageQuery& query) { return PlanOf(query, kEpoch); }
Visits VisitsOf(const MessageQuery& query) { return Plan(query).visits; }
MessageQuery Of(std::vector<std::string> channels) { return {.range = {.channels = std::move(channels)}}; }

constexpr MessageId IdAt(std::uint64_t ms) { return MessageId{ms << MessageId::kTimeShift}; }

TEST(MessageQueryTest, SinceAndUntilBoundIdsHalfOpen) {
  const QueryPlan plan = Plan({.since = kEpoch + milliseconds{5}, .until = kEpoch + milliseconds{9}});
  EXPECT_EQ(plan.range.after, MessageId{IdAt(5).value - 1});
  EXPECT_EQ(plan.range.before, IdAt(9));
}

TEST(MessageQueryTest, TimesThatNoIdHoldsLeaveAllOrNothing) {
  constexpr milliseconds kLast{MessageId::kMax >> MessageId::kTimeShift};
  for (const Timestamp early : {Timestamp::min(), kEpoch - milliseconds{1}, kEpoch}) {
    EXPECT_EQ(Plan({.since = early}).range.after, MessageId{0});
    EXPECT_EQ(Plan({.until = early}).range.before, MessageId{1});
  }
  for (const Timestamp late : {kEpoch + kLast + milliseconds{1}, Timestamp::max()}) {
    EXPECT_EQ(Plan({.since = late}).range.after, MessageId{MessageId::kMax});
    EXPECT_EQ(Plan({.until = late}).range.before, MessageId{MessageId::kMax + 1});
  }
  EXPECT_EQ(Plan({.since = kEpoch + kLast}).range.after, MessageId{IdAt(kLast.count()).value - 1});
}

TEST(MessageQueryTest, TimesAreCountedFromAnyEpoch) {
  const Timestamp epoch{milliseconds{-5'000}};
  EXPECT_EQ(PlanOf({.since = epoch + milliseconds{2}}, epoch).range.after, MessageId{IdAt(2).value - 1});
  EXPECT_EQ(PlanOf({.since = Timestamp::max()}, epoch).range.after, MessageId{MessageId::kMax});
  EXPECT_EQ(PlanOf({.until = Timestamp::min()}, epoch).range.before, MessageId{1});
}

TEST(MessageQueryTest, AllThatAQuerySaysNarrows) {
  MessageQuery query{.range = {.prefix = "a", .after = MessageId{3}, .before = IdAt(20)}};
  query.since = kEpoch + milliseconds{1};
  query.where = Predicate::And(
      {Where(Comparison::kLess, "id", std::int64_t{IdAt(10).value}), Where(Comparison::kEqual, "channel", "ab")});
  const QueryPlan plan = Plan(query);
  EXPECT_EQ(plan.range.after, MessageId{IdAt(1).value - 1});
  EXPECT_EQ(plan.range.before, IdAt(10));
  EXPECT_THAT(plan.range.channels, Optional(ElementsAre("ab")));
}

TEST(MessageQueryTest, WithoutAnOrderShardsAreReadSideBySide) {
  EXPECT_EQ(VisitsOf({}), Visits::kSideBySide);
  EXPECT_EQ(VisitsOf({.range = {.prefix = "a"}}), Visits::kSideBySide);
  EXPECT_EQ(VisitsOf(Of({"a", "b"})), Visits::kSideBySide);
}

TEST(MessageQueryTest, ALimitIsReadInTurn) { EXPECT_EQ(VisitsOf({.limit = 10}), Visits::kInTurn); }

TEST(MessageQueryTest, OneChannelIsReadInTurnInEveryOrder) {
  MessageQuery query = Of({"a"});
  EXPECT_EQ(VisitsOf(query), Visits::kInTurn);
  query.order = Order::kOldestFirst;
  EXPECT_EQ(VisitsOf(query), Visits::kInTurn);
  EXPECT_EQ(Plan(query).order, Order::kOldestFirst);
  MessageQuery by_predicate{.where = Where(Comparison::kEqual, "channel", "a"), .order = Order::kNewestFirst};
  EXPECT_EQ(VisitsOf(by_predicate), Visits::kInTurn);
}

TEST(MessageQueryTest, AnOrderOfManyChannelsIsMerged) {
  EXPECT_EQ(VisitsOf({.order = Order::kNewestFirst}), Visits::kMerged);
  EXPECT_EQ(VisitsOf({.limit = 10, .order = Order::kOldestFirst}), Visits::kMerged);
  MessageQuery query = Of({"a", "b"});
  query.order = Order::kNewestFirst;
  EXPECT_EQ(VisitsOf(query), Visits::kMerged);
}

TEST(MessageQueryTest, ChannelsAreNewestFirstUnlessAskedOtherwise) {
  EXPECT_EQ(Plan({}).order, Order::kNewestFirst);
  EXPECT_EQ(Plan({.order = Order::kOldestFirst}).order, Order::kOldestFirst);
}

TEST(MessageQueryTest, KnowsWhenNothingCanBeWanted) {
  EXPECT_TRUE(Plan({.limit = 0}).empty);
  EXPECT_TRUE(Plan(Of({})).empty);
  EXPECT_TRUE(Plan({.where = Where(Comparison::kEqual, "channel", "")}).empty);
  EXPECT_FALSE(Plan({.limit = 1}).empty);
  EXPECT_FALSE(Plan({}).empty);
}

TEST(MessageQueryTest, VisitsHaveNames) {
  EXPECT_EQ(NameOf(Visits::kSideBySide), "side by side");
  EXPECT_EQ(NameOf(Visits::kInTurn), "in turn");
  EXPECT_EQ(NameOf(Visits::kMerged), "merged by id");
}

}  // namespace
}  // namespace rookery::columns
