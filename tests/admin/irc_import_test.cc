#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::UnorderedElementsAre;

using IrcImportTest = ImportTest;

Timestamp Utc(int year, unsigned month, unsigned day, int hour, int minute) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} +
         std::chrono::hours{hour} + std::chrono::minutes{minute};
}

std::vector<std::string> Days(const std::vector<Message>& messages) {
  std::vector<std::string> days;
  for (const Message& message : messages) {
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(message.created_at())};
    days.push_back(std::to_string(static_cast<unsigned>(date.day())));
  }
  return days;
}

TEST_F(IrcImportTest, TakesChannelFromTheFolderAndDayFromTheName) {
  ImportCleanly(
      Write("#chan/2016-01-25.log", "--- Log opened Mon Jan 25 00:00:00 2016\n12:34 < ada> hello\n12:35  * ada waves\n")
          .parent_path());
  const auto messages = Messages("#chan");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].author(), "ada");
  EXPECT_EQ(messages[0].content(), "hello");
  EXPECT_EQ(messages[0].created_at(), Utc(2016, 1, 25, 12, 34));
  EXPECT_EQ(messages[0].flags(), 0U);
  EXPECT_THAT(std::string(messages[0].nonce()), MatchesRegex("2016-01-25\\.log:2:[0-9a-f]{16}"));
  EXPECT_FALSE(messages[0].nonce_remembered());
  EXPECT_EQ(messages[1].flags(), kFlagAction);
}

TEST_F(IrcImportTest, TakesChannelFromTheFileName) {
  ImportCleanly(Write("logs/#one.2016-01-25.log", "12:34 < ada> a\n"));
  ImportCleanly(Write("logs/irc.example.#two_20160125.weechatlog", "12:34 < ada> b\n"));
  ImportCleanly(Write("logs/2016-01-25.txt", "12:34 < ada> c\n"));
  EXPECT_THAT(Contents("#one"), ElementsAre("a"));
  EXPECT_THAT(Contents("#two"), ElementsAre("b"));
  EXPECT_THAT(Contents("logs"), ElementsAre("c"));
}

TEST_F(IrcImportTest, ChannelCanBeNamed) {
  ImportCleanly(Write("#chan/2016-01-25.log", "12:34 < ada> hello\n"), {.channel = "other"});
  EXPECT_THAT(Contents("other"), ElementsAre("hello"));
}

TEST_F(IrcImportTest, TwoEqualLinesAreTwoMessages) {
  const auto path = Write("#chan/2016-01-25.log", "[12:34] <ada> yes\n[12:34] <ada> yes\n[12:34] <bob> no\n");
  ImportCleanly(path);
  EXPECT_THAT(Contents("#chan"), ElementsAre("yes", "yes", "no"));
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 0U);
  EXPECT_EQ(report.messages_existing, 3U);
}

TEST_F(IrcImportTest, LogsOfOneNameKeepTheirOwnMessages) {
  const auto home = Write("home/2016-01-25.log", "12:34 < ada> at home\n12:35 < ada> yes\n");
  const auto work = Write("work/2016-01-25.log", "12:34 < ada> at work\n12:35 < bob> yes\n");
  ImportCleanly(home, {.channel = "c"});
  ImportCleanly(work, {.channel = "c"});
  EXPECT_EQ(report.messages_added, 2U);
  EXPECT_THAT(Contents("c"), UnorderedElementsAre("at home", "at work", "yes", "yes"));
  for (const auto& again : {work, home}) {
    ImportCleanly(again, {.channel = "c"});
    EXPECT_EQ(report.messages_added, 0U);
  }
}

TEST_F(IrcImportTest, ALogThatHasGrownAddsOnlyWhatIsNew) {
  const std::string_view before = "12:34 < ada> one\n12:34 < ada> one\n";
  ImportCleanly(Write("#chan/2016-01-25.log", before));
  ImportCleanly(Write("#chan/2016-01-25.log", std::string(before) + "12:34 < ada> one\n"));
  EXPECT_EQ(report.messages_added, 1U);
  EXPECT_EQ(report.messages_existing, 2U);
}

TEST_F(IrcImportTest, ALogIsTheSameFromAnotherDirectory) {
  const auto path = Write("#chan/2016-01-25.log", "12:34 < ada> one\n");
  ImportCleanly(path);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(path.parent_path());
  ImportCleanly("2016-01-25.log");
  std::filesystem::current_path(before);
  EXPECT_EQ(report.messages_added, 0U);
}

TEST_F(IrcImportTest, CountsEventsAsSkipped) {
  ImportCleanly(Write("#chan/2016-01-25.log", "=== ada has joined #chan\n[12:34] <ada> hello\n\n=== ada has quit\n"));
  EXPECT_EQ(report.messages_read, 1U);
  EXPECT_EQ(report.events_skipped, 2U);
}

TEST_F(IrcImportTest, DayChangesAtMidnightAndWhereTheLogSaysSo) {
  ImportCleanly(Write("#chan.log",
                      "--- Log opened Mon Jan 25 20:00:00 2016\n23:59 < ada> 25\n00:01 < ada> 26\n"
                      "--- Day changed Wed Jan 27 2016\n00:02 < ada> 27\n23:58 < ada> 27\n23:57 < ada> 27\n"
                      "12:00 -!- ada has quit\n11:00 < ada> 28\n"));
  EXPECT_EQ(Days(Messages("#chan")), Contents("#chan"));
}

TEST_F(IrcImportTest, UtcOffsetMovesLocalTimesToUtc) {
  ImportCleanly(Write("#chan/2016-01-25.log", "01:00 < ada> hello\n"), {.utc_offset = std::chrono::hours{2}});
  EXPECT_EQ(Only("#chan").created_at(), Utc(2016, 1, 24, 23, 0));
}

TEST_F(IrcImportTest, WithoutADayALineIsAProblem) {
  ASSERT_OK(Import(Write("#chan.log", "12:34 < ada> hello\n--- Day changed Mon Jan 25 2016\n12:34 < ada> later\n")));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].file, "#chan.log");
  EXPECT_EQ(problems[0].position, 1U);
  EXPECT_EQ(problems[0].unit, "line");
  EXPECT_THAT(Contents("#chan"), ElementsAre("later"));
}

TEST_F(IrcImportTest, KeepsBytesThatAreNotUtf8) {
  ImportCleanly(Write("#chan/2016-01-25.log", std::string("12:34 < ada> \x03"
                                                          "4caf\xE9\0!\n",
                                                          22)));
  EXPECT_EQ(Only("#chan").content(), std::string_view("\x03"
                                                      "4caf\xE9\0!",
                                                      8));
}

TEST_F(IrcImportTest, BridgedMessagesAreOfThePersonBehindTheBridge) {
  ImportCleanly(Write("#chan/2016-01-25.log", "12:34 < bridge> [room] <Ada L> hello\n"));
  EXPECT_EQ(Only("#chan").author(), "Ada L");
  EXPECT_EQ(Only("#chan").attribute("bridge"), "bridge");
}

}  // namespace
}  // namespace rookery::admin
