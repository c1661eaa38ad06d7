// The mailbox: what it takes, when it wants the actor woken, and in which order letters come out.
#include "ingest/mailbox.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>

namespace rookery::testing {
namespace {

using ingest::Mailbox;
using ingest::Time;
using Put = Mailbox::Put;

class MailboxTest : public ::testing::Test {
 protected:
  Put Try(std::string_view content) {
    const NewMessage message{.channel = "c", .content = content};
    ingest::Parcel parcel = ParcelOf(message);
    return mailbox_.TryPut(&parcel);
  }
  ingest::Parcel ParcelOf(const NewMessage& message) {
    return {.message = message,
            .text_bytes = ingest::TextBytes(message),
            .own = nullptr,
            .done = nullptr,
            .accepted = std::chrono::steady_clock::now(),
            .deadline = std::chrono::steady_clock::now() + std::chrono::minutes{1}};
  }
  void Answer(std::size_t letters, std::uint64_t unanswered_from) {
    mailbox_.Note({.answered = letters,
                   .bytes = mailbox_.counters().waiting_bytes * letters / mailbox_.counters().waiting_messages,
                   .unanswered_from = unanswered_from},
                  std::chrono::steady_clock::now());
  }

  Mailbox mailbox_{IngestMailbox{.messages = 4, .bytes = 10'000}};
};

TEST_F(MailboxTest, TheFirstLetterWakesTheActorAndThoseBehindItDoNot) {
  EXPECT_EQ(Try("x"), Put::kWake);
  EXPECT_EQ(Try("y"), Put::kAccepted);
}

TEST_F(MailboxTest, LettersComeOutInTheirOrderWithTheirTexts) {
  for (const std::string content : {"one", "two", "three"}) Try(content);
  ingest::Mail mail = mailbox_.Take({});
  ASSERT_EQ(mail.bundle.letters().size(), 3U);
  EXPECT_EQ(mail.bundle.letters()[0].message.content, "one");
  EXPECT_EQ(mail.bundle.letters()[2].message.content, "three");
  EXPECT_EQ(mail.bundle.letters()[2].number, 2U);
  EXPECT_TRUE(mailbox_.Take({}).bundle.empty());
}

TEST_F(MailboxTest, ALetterThatIsTooLargeIsTakenWhenNothingElseWaits) {
  Mailbox small{IngestMailbox{.messages = 4, .bytes = 1000}};
  const std::string content(2000, 'x');
  const NewMessage huge{.channel = "c", .content = content};
  ingest::Parcel first = ParcelOf(huge);
  EXPECT_EQ(small.TryPut(&first), Put::kWake);
  ingest::Parcel second = ParcelOf(huge);
  EXPECT_EQ(small.TryPut(&second), Put::kFull);
  small.Note({.answered = 1, .bytes = small.counters().waiting_bytes, .unanswered_from = 1}, second.accepted);
  EXPECT_EQ(small.TryPut(&second), Put::kAccepted);
}

TEST_F(MailboxTest, ARestingActorIsWokenByAsMuchAsItWaitsFor) {
  mailbox_.Take({});
  ASSERT_TRUE(mailbox_.BeginRest({.messages = 2, .bytes = 10'000}));
  EXPECT_EQ(Try("x"), Put::kAccepted);
  EXPECT_EQ(Try("y"), Put::kWake);
  mailbox_.Take({});
  ASSERT_TRUE(mailbox_.BeginRest({.messages = 100, .bytes = 1000}));
  EXPECT_EQ(Try(std::string(1000, 'x')), Put::kWake);
}

TEST_F(MailboxTest, AnActorDoesNotRestWhenWhatItWaitsForHasCome) {
  mailbox_.Take({});
  EXPECT_EQ(Try("x"), Put::kAccepted) << "the actor is at work";
  EXPECT_FALSE(mailbox_.BeginRest({}));
}

TEST_F(MailboxTest, AnActorDoesNotRestInAHurry) {
  mailbox_.Hurry();
  EXPECT_FALSE(mailbox_.BeginRest({}));
  EXPECT_TRUE(mailbox_.Take({}).hurry);
  EXPECT_TRUE(mailbox_.BeginRest({}));
}

TEST_F(MailboxTest, WhatWasFetchedTakesRoomUntilItIsAnswered) {
  for (int i = 0; i < 4; ++i) EXPECT_NE(Try("x"), Put::kFull);
  EXPECT_EQ(Try("x"), Put::kFull);
  mailbox_.Take({});
  EXPECT_EQ(Try("x"), Put::kFull);
  Answer(1, 1);
  EXPECT_NE(Try("x"), Put::kFull);
}

TEST_F(MailboxTest, WhoWaitsForRoomFindsIt) {
  for (int i = 0; i < 4; ++i) Try("x");
  auto waiting = std::async(std::launch::async, [this] {
    const NewMessage message{.channel = "c"};
    ingest::Parcel parcel = ParcelOf(message);
    return mailbox_.PutWhenRoom(&parcel);
  });
  Answer(3, 3);
  EXPECT_NE(waiting.get(), Put::kFull);
}

TEST_F(MailboxTest, AClosedMailboxTakesNothing) {
  EXPECT_EQ(Try("x"), Put::kWake);
  EXPECT_EQ(mailbox_.Close(), 1U);
  EXPECT_EQ(Try("x"), Put::kClosed);
  const NewMessage message{.channel = "c"};
  ingest::Parcel parcel = ParcelOf(message);
  EXPECT_EQ(mailbox_.PutWhenRoom(&parcel), Put::kClosed);
}

TEST_F(MailboxTest, AnswersAreAwaitedByNumber) {
  for (int i = 0; i < 3; ++i) Try("x");
  const Time now = std::chrono::steady_clock::now();
  Answer(2, 0);
  EXPECT_FALSE(mailbox_.AwaitAnswers(1, now)) << "the first one is still to be answered";
  Answer(1, 3);
  EXPECT_TRUE(mailbox_.AwaitAnswers(3, now));
}

}  // namespace
}  // namespace rookery::testing
