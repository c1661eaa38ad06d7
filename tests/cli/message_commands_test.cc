// post, history, get, edit and rm, on messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class MessageCommandsTest : public CliTest {
 protected:
  void SetUp() override { Init(); }

  std::vector<std::string> Contents(const Arguments& arguments) const {
    std::vector<std::string> contents;
    for (const std::string& line : Lines(Out(arguments))) contents.push_back(Cells(line).at(3));
    return contents;
  }
};

TEST_F(MessageCommandsTest, PostPrintsTheIdAndGetFindsIt) {
  const std::string id = Post("general", "hello, all");
  const std::vector<std::string> cells = Cells(Lines(Out({"get", "s", "general", id})).at(0));
  ASSERT_THAT(cells, SizeIs(4));
  EXPECT_EQ(cells[0], id);
  EXPECT_THAT(cells[1], ::testing::MatchesRegex("20..-..-..T..:..:..\\....Z"));
  EXPECT_EQ(cells[2], "ada");
  EXPECT_EQ(cells[3], "hello, all");
}

TEST_F(MessageCommandsTest, PostKeepsEverythingItIsGiven) {
  const std::string first = Post("general", "question");
  const std::string id = Post(
      "general", "answer", {"--reply-to", first, "--nonce", "n1", "--attr", "lang=en", "--attr", "a=b=c", "--action"});
  const Json message = OutJson({"get", "s", "general", id});
  EXPECT_EQ(message["channel"], "general");
  EXPECT_EQ(message["content"], "answer");
  EXPECT_EQ(message["reply_to"], first);
  EXPECT_EQ(message["attributes"], Json({{"lang", "en"}, {"a", "b=c"}}));
  EXPECT_EQ(message["flags"], 1);
}

TEST_F(MessageCommandsTest, APostWithTheSameNonceStoresNothing) {
  const std::string first = Post("general", "once", {"--nonce", "n1"});
  EXPECT_EQ(Post("general", "twice", {"--nonce", "n1"}), first);
  EXPECT_THAT(Contents({"history", "s", "general"}), ElementsAre("once"));
}

TEST_F(MessageCommandsTest, ContentIsKeptByteForByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  const std::string id = Lines(Out({"post", "s", "general", "--author", "ada"}, bytes)).at(0);
  EXPECT_EQ(Out({"get", "s", "general", id, "--raw"}), bytes);
  EXPECT_TRUE(OutJson({"get", "s", "general", id}).contains("content_b64"));
}

TEST_F(MessageCommandsTest, ContentThatTheParserWouldTakeApartIsKept) {
  for (const std::string content : {"[a,b]", "{}", "++", "%%", "--json", "-", ""}) {
    if (content == "-") continue;  // standard input
    const std::string id = Post("[x]", content);
    EXPECT_EQ(Out({"get", "s", "[x]", id, "--raw"}), content);
  }
}

TEST_F(MessageCommandsTest, CommandNamesAreGoodChannelNames) {
  Post("list", "in the channel list");
  EXPECT_THAT(Contents({"history", "s", "list"}), ElementsAre("in the channel list"));
}

TEST_F(MessageCommandsTest, HistoryIsNewestFirstAndLimited) {
  for (const char* content : {"1", "2", "3"}) Post("general", content);
  EXPECT_THAT(Contents({"history", "s", "general"}), ElementsAre("3", "2", "1"));
  EXPECT_THAT(Contents({"history", "s", "general", "--limit", "2"}), ElementsAre("3", "2"));
  EXPECT_THAT(Contents({"history", "s", "general", "--oldest-first", "--limit", "2"}), ElementsAre("1", "2"));
}

TEST_F(MessageCommandsTest, HistoryStartsBesideAMessage) {
  Post("general", "1");
  const std::string middle = Post("general", "2");
  Post("general", "3");
  EXPECT_THAT(Contents({"history", "s", "general", "--before", middle}), ElementsAre("1"));
  EXPECT_THAT(Contents({"history", "s", "general", "--after", middle}), ElementsAre("3"));
  EXPECT_THAT(Contents({"history", "s", "general", "--around", middle, "--limit", "3"}), ElementsAre("3", "2", "1"));
}

TEST_F(MessageCommandsTest, HistoryCrossesItsOwnPages) {
  WriteFile("many.jsonl", ManyMessages(16'000));
  Out({"import", "s", "many.jsonl"});
  EXPECT_THAT(Lines(Out({"history", "s", "channel-1", "--limit", "2100"})), SizeIs(2100));
  EXPECT_THAT(Lines(Out({"history", "s", "channel-1", "--limit", "100000"})), SizeIs(2286));
  EXPECT_THAT(Lines(Out({"history", "s", "channel-1", "--limit", "100000", "--oldest-first"})), SizeIs(2286));
}

TEST_F(MessageCommandsTest, HistoryOfNoChannelIsEmpty) { EXPECT_EQ(Out({"history", "s", "nowhere"}), ""); }

TEST_F(MessageCommandsTest, TabsAndLineBreaksAreEscapedInAPipe) {
  Post("general", "a\tb\nc\\d\re");
  EXPECT_THAT(Contents({"history", "s", "general"}), ElementsAre("a\\tb\\nc\\\\d\\re"));
}

TEST_F(MessageCommandsTest, EditChangesTheContentAndCountsVersions) {
  const std::string id = Post("general", "helo");
  EXPECT_EQ(Out({"edit", "s", "general", id, "hello"}), "2\n");
  EXPECT_EQ(Out({"edit", "s", "general", id, "-", "--expect", "2"}, "hello, all"), "3\n");
  EXPECT_EQ(Out({"get", "s", "general", id, "--raw"}), "hello, all");
}

TEST_F(MessageCommandsTest, AnEditOfAnotherVersionFailsAndSaysWhichIsStored) {
  const std::string id = Post("general", "hello");
  const Outcome outcome = Rookery({"edit", "s", "general", id, "x", "--expect", "7", "--json"});
  EXPECT_EQ(outcome.exit_code, 5);
  const Json error = Json::parse(outcome.error)["error"];
  EXPECT_EQ(error["code"], "CONFLICT");
  EXPECT_EQ(error["current_version"], 1);
}

TEST_F(MessageCommandsTest, RemovedMessagesAreGone) {
  const std::string id = Post("general", "hello");
  EXPECT_EQ(Out({"rm", "s", "general", id}), "");
  const Outcome again = Rookery({"rm", "s", "general", id});
  EXPECT_EQ(again.exit_code, 4);
  EXPECT_THAT(again.error, HasSubstr("has no message " + id));
  EXPECT_EQ(Rookery({"get", "s", "general", id}).exit_code, 4);
}

TEST_F(MessageCommandsTest, TooMuchContentIsRefused) {
  const Outcome outcome =
      Rookery({"post", "s", "general", "-", "--author", "ada"}, std::string((std::size_t{1} << 20) + 1, 'x'));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("1048576"));
}

}  // namespace
}  // namespace rookery::testing
