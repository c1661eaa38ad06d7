#include "admin/import/mbox_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/admin/memory_stream.h"
#include "tests/support/status_matchers.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kFrom = "From ada@example.org Mon Feb  2 13:56:43 2004\n";

std::vector<RawMail> Split(std::string text, std::size_t max_mail_bytes = 10'000) {
  MemoryStream stream(std::move(text));
  MboxSplitter splitter(&stream, max_mail_bytes);
  std::vector<RawMail> mails;
  for (RawMail mail;;) {
    const auto more = splitter.Next(&mail);
    EXPECT_OK(more);
    if (!more.has_value() || !*more) return mails;
    mails.push_back(mail);
  }
}

std::vector<std::string> Bytes(const std::vector<RawMail>& mails) {
  std::vector<std::string> bytes;
  for (const RawMail& mail : mails) bytes.push_back(mail.bytes);
  return bytes;
}

TEST(FromLineTest, FindsTheDateBehindAnyAddress) {
  const Timestamp time{std::chrono::seconds{1'075'730'203}};
  for (const std::string_view line :
       {"From ada@example.org Mon Feb  2 13:56:43 2004", "From ada at example.org  Mon Feb  2 13:56:43 2004",
        "From MAILER-DAEMON Mon Feb 02 13:56:43 2004", "From - Mon Feb  2 13:56:43 2004",
        "From ada@example.org Mon Feb  2 13:56:43 2004 +0000", "From ada@example.org Mon Feb  2 13:56:43 CET 2004"}) {
    EXPECT_EQ(ParseFromLine(line), time) << line;
  }
}

TEST(FromLineTest, RefusesSentences) {
  for (const std::string_view line :
       {"From the start I knew", "From Monday on", "From Mon Feb", "From x Mon Feb 30 13:56:43 2004",
        "From x Mon Feb 2 2004", "from ada Mon Feb  2 13:56:43 2004", ""}) {
    EXPECT_EQ(ParseFromLine(line), std::nullopt) << line;
  }
}

TEST(MboxSplitterTest, CutsAtFromLines) {
  const auto mails = Split(std::string(kFrom) + "Subject: a\n\none\n\n" + std::string(kFrom) + "Subject: b\n\ntwo\n");
  EXPECT_THAT(Bytes(mails), ElementsAre("Subject: a\n\none\n\n", "Subject: b\n\ntwo\n"));
  EXPECT_EQ(mails[1].offset, kFrom.size() + 17);
}

TEST(MboxSplitterTest, UndoesTheQuotingOfFrom) {
  const auto mails = Split(std::string(kFrom) + "Subject: a\n\n>From me\n>>From you\n> From him\n>Fromage\n");
  EXPECT_THAT(Bytes(mails), ElementsAre("Subject: a\n\nFrom me\n>From you\n> From him\n>Fromage\n"));
}

TEST(MboxSplitterTest, ASentenceBeginsNoMail) {
  const auto mails = Split(std::string(kFrom) + "Subject: a\n\nhello\n\nFrom the start I knew\nFrom Mon Feb\n");
  EXPECT_EQ(mails.size(), 1U);
}

TEST(MboxSplitterTest, AFromLineAfterTextBeginsAMailOnlyBeforeAHeader) {
  const std::string quoted = std::string(kFrom) + "Subject: a\n\nhe wrote:\n" + std::string(kFrom) + "I was there\n";
  EXPECT_THAT(Bytes(Split(quoted)), ElementsAre("Subject: a\n\nhe wrote:\n" + std::string(kFrom) + "I was there\n"));
  const std::string unseparated =
      std::string(kFrom) + "Subject: a\n\none\n" + std::string(kFrom) + "Subject: b\n\ntwo\n";
  EXPECT_THAT(Bytes(Split(unseparated)), ElementsAre("Subject: a\n\none\n", "Subject: b\n\ntwo\n"));
}

TEST(MboxSplitterTest, TakesCarriageReturnsAway) {
  EXPECT_THAT(Bytes(Split("From a Mon Feb  2 13:56:43 2004\r\nSubject: a\r\n\r\none\r\n")),
              ElementsAre("Subject: a\n\none\n"));
}

TEST(MboxSplitterTest, AnnouncesAMailThatIsTooLargeAndGoesOn) {
  const auto mails = Split(
      std::string(kFrom) + "Subject: a\n\n" + std::string(500, 'x') + "\n\n" + std::string(kFrom) + "Subject: b\n",
      100);
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_TRUE(mails[0].too_large);
  EXPECT_FALSE(mails[1].too_large);
}

TEST(MboxSplitterTest, FindsNoMailInOtherText) {
  EXPECT_THAT(Split("hello\nthere\n"), IsEmpty());
  EXPECT_THAT(Split(""), IsEmpty());
}

}  // namespace
}  // namespace rookery::admin
