#include "admin/import/irc_line.h"

#include <gtest/gtest.h>

namespace rookery::admin {
namespace {

using Kind = IrcLine::Kind;

void ExpectLine(std::string_view text, Kind kind, std::string_view author, std::string_view content) {
  const IrcLine line = ParseIrcLine(text);
  EXPECT_EQ(line.kind, kind) << text;
  EXPECT_EQ(line.author, author) << text;
  EXPECT_EQ(line.text, content) << text;
}

TEST(IrcLineTest, ReadsMessagesOfEveryDialect) {
  ExpectLine("12:34 < ada> hello <b>", Kind::kMessage, "ada", "hello <b>");
  ExpectLine("12:34 <@ada> hello", Kind::kMessage, "ada", "hello");
  ExpectLine("12:34:56 <+ada> hello", Kind::kMessage, "ada", "hello");
  ExpectLine("[12:34] <ada> hello", Kind::kMessage, "ada", "hello");
  ExpectLine("[12:34:56] <ada> hello", Kind::kMessage, "ada", "hello");
  ExpectLine("2017-01-02T12:34:56  <ada> hello", Kind::kMessage, "ada", "hello");
  ExpectLine("2017-01-02 12:34:56\tada\thello\tthere", Kind::kMessage, "ada", "hello\tthere");
  ExpectLine("2017-01-02 12:34:56\t@ada\thello", Kind::kMessage, "ada", "hello");
}

TEST(IrcLineTest, ReadsActions) {
  ExpectLine("12:34  * ada waves at *", Kind::kAction, "ada", "waves at *");
  ExpectLine("[12:34]  * ada waves", Kind::kAction, "ada", "waves");
  ExpectLine("[12:34:56] * ada waves", Kind::kAction, "ada", "waves");
  ExpectLine("2017-01-02 12:34:56\t *\tada waves", Kind::kAction, "ada", "waves");
}

TEST(IrcLineTest, TakesEverythingElseForAnEvent) {
  for (const std::string_view text :
       {"12:34 -!- ada [~ada@example.org] has joined #chan", "=== ada has joined #chan",
        "[12:34:56] *** Joins: ada (~ada@example.org)", "2017-01-02 12:34:56\t-->\tada has joined #chan",
        "--- Log closed Mon Jan 02 12:34:56 2017", "just text", "12:34", "12:34 ", "99:99 < ada> hello",
        "[12:34 <ada> hello", "12:34 12:34 < ada> hello"}) {
    EXPECT_EQ(ParseIrcLine(text).kind, Kind::kEvent) << text;
  }
}

TEST(IrcLineTest, TakesMessagesWithoutText) {
  ExpectLine("[12:34] <ada>", Kind::kMessage, "ada", "");
  ExpectLine("[12:34] <ada> ", Kind::kMessage, "ada", "");
  EXPECT_EQ(ParseIrcLine("").kind, Kind::kBlank);
}

TEST(IrcLineTest, KeepsANickThatNeverEndsAsText) { ExpectLine("12:34 <ada hello", Kind::kMessage, "", "ada hello"); }

TEST(IrcLineTest, ReadsTheDayFromLinesThatSayIt) {
  const auto day = std::chrono::year{2017} / 1 / 2;
  for (const std::string_view text : {"--- Day changed Mon Jan 02 2017", "--- Log opened Mon Jan 02 12:34:56 2017"}) {
    const IrcLine line = ParseIrcLine(text);
    EXPECT_EQ(line.kind, Kind::kDate) << text;
    EXPECT_EQ(line.date, day) << text;
  }
  EXPECT_EQ(ParseIrcLine("--- Day changed Mon Jan 42 2017").kind, Kind::kEvent);
  EXPECT_EQ(ParseIrcLine("2017-01-02 12:34:56\tada\thello").date, day);
}

TEST(IrcLineTest, NamesThePersonBehindABridge) {
  const IrcLine line = ParseIrcLine("12:34 < bridge> [room] <Ada L> hello");
  EXPECT_EQ(line.author, "Ada L");
  EXPECT_EQ(line.text, "hello");
  EXPECT_EQ(line.bridge, "bridge");
  ExpectLine("12:34 <@discordbot> <Ada L> hello", Kind::kMessage, "Ada L", "hello");
}

TEST(IrcLineTest, LeavesQuotationsOfOthersAlone) {
  ExpectLine("12:34 < bob> [12:30] <ada> hello", Kind::kMessage, "bob", "[12:30] <ada> hello");
  ExpectLine("12:34 < bridge> [room] joined", Kind::kMessage, "bridge", "[room] joined");
}

TEST(IrcLineTest, KeepsAnyBytes) {
  using namespace std::string_view_literals;
  ExpectLine(
      "12:34 < ada> \x03"
      "4caf\xE9\x00!"sv,
      Kind::kMessage, "ada",
      "\x03"
      "4caf\xE9\x00!"sv);
}

}  // namespace
}  // namespace rookery::admin
