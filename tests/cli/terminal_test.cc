// What people see: columns, colours, local time, and no control character that comes from a message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class TerminalTest : public CliTest {
 protected:
  void SetUp() override { Init(); }

  std::string OnTerminal(const Arguments& arguments, const std::map<std::string, std::string>& environment = {}) const {
    const Outcome outcome = Rookery({.arguments = arguments, .environment = environment, .terminal_out = true});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
    return outcome.out;
  }
  std::string Plain(Arguments arguments) const {
    arguments.insert(arguments.end(), {"--color", "never"});
    return OnTerminal(arguments);
  }
};

TEST_F(TerminalTest, HistoryLooksLikeAChat) {
  const std::string id = Post("general", "hello, all");
  EXPECT_THAT(Plain({"history", "s", "general"}),
              MatchesRegex("20..-..-.. ..:..:..  <ada>  hello, all  #" + id + "\r\n"));
}

TEST_F(TerminalTest, HistoryMarksEditsRepliesAndActions) {
  const std::string first = Post("general", "helo");
  Out({"edit", "s", "general", first, "hello"});
  Post("general", "waves", {"--reply-to", first, "--action"});
  const std::string chat = Plain({"history", "s", "general"});
  EXPECT_THAT(chat, HasSubstr("hello  (edited) #" + first));
  EXPECT_THAT(chat, HasSubstr("  * ada waves  (reply to " + first + ") #"));
}

TEST_F(TerminalTest, FurtherLinesOfAMessageAreIndented) {
  Post("general", "one\ntwo\tx\n\n");
  EXPECT_THAT(Plain({"history", "s", "general"}), HasSubstr("one\r\n    two    x  #"));
}

TEST_F(TerminalTest, MessagesCannotSendControlCharacters) {
  Post("general",
       "\x1b]0;owned\x07 \x9b"
       "31m \xc2\x9b \x7f \xe2\x80\xae end",
       {"--nonce", "x"});
  Post("evil\x1b[2J", "x");
  for (const Arguments& command : {Arguments{"history", "s", "general"}, Arguments{"channels", "s"}}) {
    const std::string shown = Plain(command);
    EXPECT_THAT(shown, Not(HasSubstr("\x1b"))) << shown;
    EXPECT_THAT(shown, HasSubstr("\\x1b"));
  }
  EXPECT_THAT(Plain({"history", "s", "general"}),
              HasSubstr("\\x1b]0;owned\\x07 \\x9b31m \\xc2\\x9b \\x7f \\xe2\\x80\\xae end"));
}

TEST_F(TerminalTest, ErrorsCannotSendControlCharacters) {
  const Outcome outcome = Rookery({.arguments = {"get", "s", "evil\x1b[2J", "1"}, .terminal_error = true});
  EXPECT_THAT(outcome.error, HasSubstr("evil\\x1b[2J"));
}

TEST_F(TerminalTest, ColoursFollowFlagThenEnvironmentThenTerminal) {
  Post("general", "hello");
  const Arguments history = {"history", "s", "general"};
  EXPECT_THAT(OnTerminal(history), HasSubstr("\x1b["));
  EXPECT_THAT(OnTerminal(history, {{"NO_COLOR", "1"}}), Not(HasSubstr("\x1b[")));
  EXPECT_THAT(OnTerminal(history, {{"TERM", "dumb"}}), Not(HasSubstr("\x1b[")));
  EXPECT_THAT(Out({"history", "s", "general", "--color", "always"}), HasSubstr("\x1b["));
  const Outcome forced = Rookery({.arguments = history, .environment = {{"CLICOLOR_FORCE", "1"}}});
  EXPECT_THAT(forced.out, Not(HasSubstr("\x1b["))) << "what scripts read does not change with the environment";
}

TEST_F(TerminalTest, TablesAreAlignedWithGroupedNumbers) {
  WriteFile("many.jsonl", ManyMessages(7000));
  Out({"import", "s", "many.jsonl"});
  const std::string table = Plain({"shards", "s", "--exact"});
  EXPECT_THAT(table, HasSubstr("SHARD  NAME        CHANNELS  MESSAGES"));
  EXPECT_THAT(table, HasSubstr(",000"));
  EXPECT_THAT(table, HasSubstr("KiB"));
}

TEST_F(TerminalTest, WideCharactersKeepTheColumns) {
  Out({"put", "s", "c", "\xe6\x97\xa5\xe6\x9c\xac", "v"});
  Out({"put", "s", "c", "abcd", "v"});
  const std::vector<std::string> lines = Lines(Plain({"list", "s", "c"}));
  EXPECT_EQ(lines.at(1).substr(4, 13), lines.at(2).substr(6, 13)) << "up to the first digits of the time";
}

TEST_F(TerminalTest, MoreMessagesAreAnnouncedOnStderrOnly) {
  for (const char* content : {"1", "2"}) Post("general", content);
  const Outcome outcome = Rookery({.arguments = {"history", "s", "general", "--limit", "1"}, .terminal_out = true});
  EXPECT_THAT(outcome.error, HasSubstr("there are more: --before "));
  const Outcome quiet =
      Rookery({.arguments = {"history", "s", "general", "--limit", "1", "--quiet"}, .terminal_out = true});
  EXPECT_EQ(quiet.error, "");
}

TEST_F(TerminalTest, JsonIsTheSameOnATerminal) {
  Post("general", "hello");
  const std::string shown = OnTerminal({"history", "s", "general", "--json"});
  EXPECT_EQ(Json::parse(shown)["content"], "hello");
  EXPECT_THAT(shown, Not(HasSubstr("\x1b[")));
}

}  // namespace
}  // namespace rookery::testing
