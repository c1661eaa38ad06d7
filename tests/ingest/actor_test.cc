// The actor, step by step: what it writes, when, and what it makes of the store's answers.
#include <gmock/gmock.h>

#include "tests/ingest/actor_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ActorTest, WritesWhatHasComeAtOnceWithoutAnAge) {
  Give({"a", "b"});
  EXPECT_THAT(Writes(), ElementsAre("0", "1"));
  Succeed();
  EXPECT_THAT(outcomes(), ElementsAre("0:ok", "1:ok"));
  EXPECT_EQ(effects_.unanswered_from, 2U);
}

TEST_F(ActorTest, RestsUntilMailComesWhenThereIsNothingToDo) {
  Look();
  EXPECT_THAT(Writes(), IsEmpty());
  EXPECT_EQ(effects_.rest.messages, 1U);
  EXPECT_EQ(effects_.rest.until, std::nullopt);
}

TEST_F(ActorTest, ABatchHoldsNoMoreMessagesThanItMay) {
  Give({"a", "a", "a", "a", "a", "a"});
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
  Succeed();
  EXPECT_THAT(Writes(), IsEmpty()) << "others have their turn first";
  EXPECT_TRUE(effects_.rest.none());
  Look();
  EXPECT_THAT(Writes(), ElementsAre("4", "5"));
}

TEST_F(ActorTest, ABatchHoldsNoMoreBytesThanItMayButAtLeastOneMessage) {
  Restart({.messages = 100, .bytes = 250});
  Give({"a", "a", "a"});
  EXPECT_THAT(Writes(), ElementsAre("0", "1"));
  Restart({.messages = 100, .bytes = 10});
  Give({"a", "a"});
  EXPECT_THAT(Writes(), ElementsAre("0"));
}

TEST_F(ActorTest, WaitsForMoreUntilTheOldestHasTheAge) {
  Restart({.messages = 4, .bytes = 1000, .age = milliseconds{10}});
  Give({"a"});
  EXPECT_THAT(Writes(), IsEmpty());
  EXPECT_EQ(effects_.rest.until, now_ + milliseconds{10});
  EXPECT_EQ(effects_.rest.messages, 3U);
  EXPECT_EQ(effects_.rest.bytes, 900U);
  Wait(milliseconds{9});
  Give({"b"});
  EXPECT_THAT(Writes(), IsEmpty());
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1"));
}

TEST_F(ActorTest, AFullBatchDoesNotWait) {
  Restart({.messages = 2, .bytes = 1000, .age = milliseconds{10}});
  Give({"a"});
  Give({"b"});
  EXPECT_THAT(Writes(), ElementsAre("0", "1"));
}

TEST_F(ActorTest, NothingWaitsForMoreInAHurryButWhatComesLaterDoes) {
  Restart({.messages = 4, .bytes = 1000, .age = milliseconds{10}});
  Give({"a"});
  Give({}, /*hurry=*/true);
  EXPECT_THAT(Writes(), ElementsAre("0"));
  Succeed();
  Give({"b"});
  EXPECT_THAT(Writes(), IsEmpty());
}

TEST_F(ActorTest, TheOneThatFailsABatchIsFoundAndTheOthersAreStored) {
  Give({"a", "b", "c", "d"});
  Fail(StatusCode::kAlreadyExists);
  EXPECT_THAT(Writes(), ElementsAre("0", "1"));
  Succeed();
  EXPECT_THAT(Writes(), ElementsAre("2", "3"));
  Fail(StatusCode::kAlreadyExists);
  EXPECT_THAT(Writes(), ElementsAre("2"));
  Fail(StatusCode::kAlreadyExists);
  EXPECT_THAT(Writes(), ElementsAre("3"));
  Succeed();
  EXPECT_THAT(outcomes(), ElementsAre("0:ok", "1:ok", "2:ALREADY_EXISTS", "3:ok"));
  EXPECT_THAT(Writes(), IsEmpty());
}

TEST_F(ActorTest, AFailedWriteIsEverybodysAndNotTriedAgain) {
  for (const StatusCode code : {StatusCode::kIoError, StatusCode::kNoSpace, StatusCode::kUnavailable}) {
    Restart({.messages = 4});
    Give({"a", "b"});
    Fail(code);
    EXPECT_THAT(Writes(), IsEmpty());
    EXPECT_EQ(effects_.outcomes.size(), 2U);
    EXPECT_EQ(effects_.unanswered_from, 2U);
  }
}

TEST_F(ActorTest, AMessageThatTheStoreIsTooBusyForIsTriedAgainWhenTheStoreSays) {
  Give({"a"});
  Fail(Status(StatusCode::kBusy, "later").WithRetryAfter(milliseconds{20}));
  EXPECT_THAT(outcomes(), IsEmpty());
  EXPECT_EQ(effects_.rest.until, now_ + milliseconds{20});
  EXPECT_EQ(effects_.unanswered_from, 0U);
  Wait(milliseconds{19});
  Look();
  EXPECT_THAT(Writes(), IsEmpty());
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0"));
  Succeed();
  EXPECT_THAT(outcomes(), ElementsAre("0:ok"));
}

TEST_F(ActorTest, AStoreThatIsBusyForLongIsAskedNowAndThen) {
  Give({"a"});
  Fail(Status(StatusCode::kBusy, "later").WithRetryAfter(milliseconds{60'000}));
  EXPECT_EQ(effects_.rest.until, now_ + ingest::Parking::kLongestPause);
}

TEST_F(ActorTest, OtherChannelsGoOnWhileOneIsBusyAndItsOwnMessagesKeepTheirOrder) {
  Give({"busy", "fine", "busy"});
  Fail(StatusCode::kBusy);
  EXPECT_THAT(Writes(), ElementsAre("0"));
  Fail(StatusCode::kBusy);
  EXPECT_THAT(Writes(), ElementsAre("1")) << "2 stands behind 0";
  Succeed();
  Give({"busy", "fine"});
  EXPECT_THAT(Writes(), ElementsAre("4"));
  Succeed();
  EXPECT_EQ(effects_.unanswered_from, 0U);
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "2", "3"));
  Succeed();
  EXPECT_THAT(outcomes(), ElementsAre("1:ok", "4:ok", "0:ok", "2:ok", "3:ok"));
}

TEST_F(ActorTest, ABusyMessageIsAnsweredBusyAtItsDeadlineAndTheOneBehindItGoesOn) {
  ingest::Bundle bundle;
  Letter(&bundle, "a", milliseconds{5});
  Letter(&bundle, "a", milliseconds{500});
  Step(ingest::Mail{std::move(bundle)});
  Fail(StatusCode::kBusy);
  Fail(Status(StatusCode::kBusy, "later").WithRetryAfter(milliseconds{40}));
  EXPECT_EQ(effects_.rest.until, now_ + milliseconds{5});
  Wait(milliseconds{5});
  Look();
  EXPECT_THAT(outcomes(), ElementsAre("0:BUSY"));
  EXPECT_THAT(Writes(), IsEmpty());
  Wait(milliseconds{35});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("1"));
}

TEST_F(ActorTest, WithoutATimeoutABusyStoreIsNotAskedAgain) {
  ingest::Bundle bundle;
  Letter(&bundle, "a", milliseconds{0});
  Step(ingest::Mail{std::move(bundle)});
  Fail(StatusCode::kBusy);
  EXPECT_THAT(outcomes(), ElementsAre("0:BUSY"));
  EXPECT_EQ(effects_.rest.until, std::nullopt);
}

TEST_F(ActorTest, AStalledStoreIsAskedForTheWholeBatchOnceAndForAllOfItAgain) {
  Give({"a", "b", "c", "d"});
  Stall(milliseconds{50});
  EXPECT_THAT(Writes(), IsEmpty()) << "half of it would have to wait as long";
  EXPECT_THAT(outcomes(), IsEmpty());
  EXPECT_EQ(effects_.rest.until, now_ + milliseconds{50});
  Wait(milliseconds{50});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
  Succeed();
  EXPECT_THAT(outcomes(), ElementsAre("0:ok", "1:ok", "2:ok", "3:ok"));
}

TEST_F(ActorTest, AStallParksWhatIsLeftOfABatchThatWasHalved) {
  Give({"a", "b", "c", "d"});
  Fail(StatusCode::kAlreadyExists);
  EXPECT_THAT(Writes(), ElementsAre("0", "1"));
  Stall(milliseconds{50});
  EXPECT_THAT(Writes(), IsEmpty());
  Wait(milliseconds{50});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
}

TEST_F(ActorTest, WhoseDeadlinePassesWhileTheStoreIsAskedIsAnsweredAtOnce) {
  ingest::Bundle bundle;
  for (const int timeout : {20, 500, 20, 500, 30, 500}) Letter(&bundle, "a", milliseconds{timeout});
  Step(ingest::Mail{std::move(bundle)});
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
  Stall(milliseconds{40});
  EXPECT_THAT(outcomes(), ElementsAre("0:BUSY", "2:BUSY", "4:BUSY")) << "4 was not even in the batch";
  EXPECT_EQ(effects_.unanswered_from, 1U);
  Wait(milliseconds{50});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("1", "3", "5"));
}

TEST_F(ActorTest, WhoseDeadlinePassesWhileOthersAreWrittenIsNotTriedAgain) {
  Give({"a", "a", "a"});
  ingest::Bundle bundle;
  for (const int timeout : {1000, 70, 1000}) Letter(&bundle, "a", milliseconds{timeout});
  Fail(StatusCode::kBusy);
  Fail(StatusCode::kBusy);
  Step(ingest::Mail{std::move(bundle)});
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
  Wait(milliseconds{80});
  Succeed();
  EXPECT_THAT(Writes(), ElementsAre("5"));
  EXPECT_THAT(outcomes(), ElementsAre("0:ok", "1:ok", "2:ok", "3:ok", "4:BUSY"));
}

TEST_F(ActorTest, AWriteMayWaitForAShortTimeAndNotBeyondTheFirstDeadline) {
  Give({"a"});
  EXPECT_EQ(effects_.patience, now_ + ingest::Actor::kLongestTry);
  Succeed();
  ingest::Bundle bundle;
  for (const int timeout : {500, 10, 500}) Letter(&bundle, "a", milliseconds{timeout});
  Step(ingest::Mail{std::move(bundle)});
  EXPECT_EQ(effects_.patience, now_ + milliseconds{10});
}

TEST_F(ActorTest, WhatComesWhileTheStoreIsStalledWaitsWithTheOthers) {
  Give({"a"});
  Stall(milliseconds{50});
  Give({"b", "c"});
  EXPECT_THAT(Writes(), IsEmpty());
  EXPECT_EQ(effects_.emptied.size(), 1U) << "its memory is for what comes next";
  Wait(milliseconds{50});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2"));
  Succeed();
  Give({"d"});
  EXPECT_THAT(Writes(), ElementsAre("3"));
}

TEST_F(ActorTest, WhatIsLeftIsTriedAtOnceWhenTheStoreIsBusyNoMore) {
  for (const std::string_view channel : {"a", "b", "c", "d", "e", "f"}) {
    Give({channel});
    Fail(StatusCode::kBusy);
  }
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
  Succeed();
  EXPECT_TRUE(effects_.rest.none());
  Look();
  EXPECT_THAT(Writes(), ElementsAre("4", "5"));
}

TEST_F(ActorTest, ChannelsThatStayBusyTakeTurns) {
  for (const std::string_view channel : {"a", "b", "c", "d", "e"}) {
    Give({channel});
    Fail(StatusCode::kBusy);
  }
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
  while (!effects_.write.empty()) Fail(StatusCode::kBusy);
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("4", "0", "1", "2"));
}

TEST_F(ActorTest, ManyMessagesOfOneBusyChannelAreWrittenInBatchesOfTheirSize) {
  Give({"a"});
  Fail(StatusCode::kBusy);
  Give({"a", "a", "a"});
  Give({"a", "a"});
  Wait(milliseconds{1});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "1", "2", "3"));
  Succeed();
  EXPECT_THAT(Writes(), ElementsAre("4", "5"));
}

TEST_F(ActorTest, WhatIsTriedAgainHoldsNoMoreBytesThanABatchMay) {
  Restart({.messages = 100, .bytes = 250});
  Give({"a", "b"});
  Stall(milliseconds{50});
  Give({"a", "a", "c"});
  Wait(milliseconds{50});
  Look();
  EXPECT_THAT(Writes(), ElementsAre("0", "2"));
  EXPECT_EQ(effects_.write_bytes, 200U);
  Succeed();
  EXPECT_THAT(Writes(), ElementsAre("3")) << "the last of its channel, and no others' turn yet";
  Succeed();
  Look();
  EXPECT_THAT(Writes(), ElementsAre("1", "4"));
}

TEST_F(ActorTest, BundlesComeBackWhenTheirLettersAreGone) {
  Give({"a", "b", "c", "d", "e"});
  Succeed();
  EXPECT_THAT(effects_.emptied, IsEmpty());
  Look();
  Succeed();
  ASSERT_EQ(effects_.emptied.size(), 1U);
  EXPECT_TRUE(effects_.emptied.front().empty());
  EXPECT_EQ(effects_.answered_bytes, 100U);
}

}  // namespace
}  // namespace rookery::testing
