#include "admin/import/slack_message.h"
#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;

class SlackImportTest : public ImportTest {
 protected:
  /// An export with this array of messages in #general, and ada as U1.
  std::filesystem::path Export(std::string_view messages) {
    Write("export/users.json",
          R"([{"id":"U1","name":"ada","profile":{"display_name":"Ada L"}},{"id":"U2","name":"bob","profile":{}}])");
    Write("export/channels.json", R"([{"id":"C1","name":"general"}])");
    Write("export/general/2018-02-02.json", messages);
    return dir / "export";
  }
};

TEST(SlackTimeTest, ParsesMicroseconds) {
  EXPECT_EQ(ParseSlackTime("1433860197.000002"), 1'433'860'197'000'002);
  EXPECT_EQ(ParseSlackTime("1433860197"), 1'433'860'197'000'000);
  EXPECT_EQ(ParseSlackTime("1433860197.5"), 1'433'860'197'500'000);
  for (const char* const text : {"", "x", "-1.0", "1.0000001", "1.x", "99999999999999.0"})
    EXPECT_EQ(ParseSlackTime(text), std::nullopt);
}

TEST(SlackEntitiesTest, DecodesThreeEntitiesAndNoMore) {
  EXPECT_EQ(DecodeSlackEntities("a &lt;b&gt; &amp;lt; &nbsp; &"), "a <b> &lt; &nbsp; &");
}

TEST_F(SlackImportTest, ReadsMessagesWithTheirAuthors) {
  ImportCleanly(Export(R"([{"type":"message","user":"U1","text":"1 &lt; 2","ts":"1517579765.000280"},
                           {"type":"message","user":"U2","text":"two","ts":"1517579766.000001"},
                           {"type":"message","user":"U9","text":"three","ts":"1517579767.000001",
                            "user_profile":{"display_name":"","name":"eve"}},
                           {"type":"message","user":"U8","text":"four","ts":"1517579768.000001"}])"));
  const auto messages = Messages("general");
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_EQ(messages[0].author(), "Ada L");
  EXPECT_EQ(messages[0].content(), "1 < 2");
  EXPECT_EQ(messages[0].attribute("user_id"), "U1");
  EXPECT_EQ(messages[0].nonce(), "1517579765.000280");
  EXPECT_EQ(messages[0].created_at(), Timestamp{std::chrono::milliseconds{1'517'579'765'000}});
  EXPECT_EQ(messages[1].author(), "bob");
  EXPECT_EQ(messages[2].author(), "eve");
  EXPECT_EQ(messages[3].author(), "U8");
  EXPECT_EQ(report.format, "slack");
}

TEST_F(SlackImportTest, RepliesNameTheirThread) {
  ImportCleanly(Export(R"([{"user":"U1","text":"root","ts":"1517579765.000280","thread_ts":"1517579765.000280"},
                           {"user":"U1","text":"reply","ts":"1517579765.000281","thread_ts":"1517579765.000280"}])"));
  const auto messages = Messages("general");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].reply_to(), std::nullopt);
  EXPECT_EQ(messages[1].reply_to(), messages[0].id());
}

TEST_F(SlackImportTest, EditedMessagesAreOfVersion2) {
  ImportCleanly(
      Export(R"([{"user":"U1","text":"x","ts":"1517579765.000280","edited":{"user":"U1","ts":"1517579800.500000"}}])"));
  EXPECT_EQ(Only("general").version(), Version{2});
  EXPECT_EQ(Only("general").edited_at(), Timestamp{std::chrono::milliseconds{1'517'579'800'500}});
}

TEST_F(SlackImportTest, SubtypesBecomeFlags) {
  ImportCleanly(Export(R"([{"user":"U1","text":"join","ts":"1.000001","subtype":"channel_join"},
                           {"user":"U1","text":"me","ts":"2.000001","subtype":"me_message"},
                           {"bot_id":"B1","username":"robot","text":"bot","ts":"3.000001","subtype":"bot_message"},
                           {"user":"U1","text":"pin","ts":"4.000001","pinned_to":["C1"]}])"));
  std::vector<std::uint32_t> flags;
  for (const Message& message : Messages("general")) flags.push_back(message.flags());
  EXPECT_THAT(flags, ElementsAre(kFlagSystem, kFlagAction, kFlagBot, kFlagPinned));
  EXPECT_EQ(Messages("general")[2].author(), "robot");
}

TEST_F(SlackImportTest, AFileCommentHasTheAuthorOfTheComment) {
  ImportCleanly(
      Export(R"([{"subtype":"file_comment","text":"nice","ts":"1.000001","comment":{"user":"U1","comment":"nice"},
                            "file":{"name":"cat.png","size":12,"thumb":"x"}}])"));
  EXPECT_EQ(Only("general").author(), "Ada L");
  EXPECT_EQ(Only("general").attribute("files"), R"([{"name":"cat.png","size":12}])");
}

TEST_F(SlackImportTest, ReactionsAreAnAttribute) {
  ImportCleanly(Export(
      R"([{"user":"U1","text":"x","ts":"1.000001","reactions":[{"name":"+1","count":2,"users":["U1","U2"]}]}])"));
  EXPECT_EQ(Only("general").attribute("reactions"), R"([{"name":"+1","count":2,"users":["U1","U2"]}])");
}

TEST_F(SlackImportTest, AZipIsTheFolder) {
  const std::string day = R"([{"user":"U1","text":"hello","ts":"1.000001"}])";
  WriteZip(dir / "export.zip", {{"top/users.json", R"([{"id":"U1","name":"ada"}])"},
                                {"top/channels.json", "[]"},
                                {"top/general/", ""},
                                {"top/general/2018-02-02.json", day}});
  ImportCleanly(dir / "export.zip");
  EXPECT_EQ(Only("general").author(), "ada");
  EXPECT_EQ(report.format, "slack");
}

TEST_F(SlackImportTest, ASecondImportAddsNothing) {
  const auto path = Export(R"([{"user":"U1","text":"a","ts":"1.000001"},{"user":"U1","text":"b","ts":"1.000002"}])");
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 2U);
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 0U);
  EXPECT_EQ(report.messages_existing, 2U);
}

TEST_F(SlackImportTest, AMessageWithoutTimeIsAProblem) {
  ASSERT_OK(Import(Export(
      R"([{"user":"U1","text":"a","ts":"1517579765.000001"},{"user":"U1","text":"b"},7,{"user":"U1","text":"c","ts":"1517579767.0"}])")));
  EXPECT_THAT(Contents("general"), ElementsAre("a", "c"));
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].file, "2018-02-02.json");
  EXPECT_EQ(problems[0].position, 2U);
  EXPECT_EQ(problems[0].unit, "element");
  EXPECT_EQ(problems[1].position, 3U);
}

TEST_F(SlackImportTest, ADamagedUsersFileCostsOnlyTheNames) {
  Export(R"([{"user":"U1","text":"a","ts":"1.000001"}])");
  Write("export/users.json", R"([{"id":"U1",)");
  ASSERT_OK(Import(dir / "export"));
  EXPECT_EQ(problems.size(), 1U);
  EXPECT_EQ(Only("general").author(), "U1");
}

}  // namespace
}  // namespace rookery::admin
