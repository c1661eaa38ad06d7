// The two formats that are JSON files without a folder layout of their own: Zulip archives and DiscordChatExporter.
#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;

using ZulipImportTest = ImportTest;

TEST_F(ZulipImportTest, ReadsStreamTopicAndMessage) {
  ImportCleanly(Write("12-My-Stream/Is.20it.20done.3F.20v1.2E2.json",
                      R"([{"content":"<p>hi</p>","id":400000001,"sender_full_name":"Ada L","timestamp":1701934632}])")
                    .parent_path());
  const Message message = Only("My-Stream");
  EXPECT_EQ(message.author(), "Ada L");
  EXPECT_EQ(message.content(), "<p>hi</p>");
  EXPECT_EQ(message.attribute("topic"), "Is it done? v1.2");
  EXPECT_EQ(message.attribute("content_type"), "text/html");
  EXPECT_EQ(message.nonce(), "400000001");
  EXPECT_EQ(message.created_at(), Timestamp{std::chrono::seconds{1'701'934'632}});
  EXPECT_EQ(report.format, "zulip");
}

TEST_F(ZulipImportTest, MessagesOfOneSecondKeepTheirOrder) {
  const auto path = Write("1-s/t.json", R"([{"id":11,"sender_full_name":"a","timestamp":1701934632,"content":"1"},
                                            {"id":12,"sender_full_name":"a","timestamp":1701934632,"content":"2"}])");
  ImportCleanly(path);
  EXPECT_THAT(Contents("s"), ElementsAre("1", "2"));
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 0U);
}

TEST_F(ZulipImportTest, IsDetectedBehindALongFirstMessageAndUnderADottedName) {
  ImportCleanly(Write("1-s/.22t.22.json", R"([{"content":")" + std::string(100'000, 'x') +
                                              R"(","id":1,"sender_full_name":"a","timestamp":1701934632}])")
                    .parent_path());
  EXPECT_EQ(Only("s").attribute("topic"), "\"t\"");
}

TEST_F(ZulipImportTest, MessagesWithoutIdOrTimeAreProblems) {
  ASSERT_OK(Import(Write("1-s/t.json", R"([{"id":1,"sender_full_name":"a","timestamp":-5,"content":""},
                                           {"sender_full_name":"a","timestamp":1,"content":""}])")));
  EXPECT_EQ(problems.size(), 2U);
  EXPECT_EQ(report.messages_read, 0U);
}

class DiscordImportTest : public ImportTest {
 protected:
  static constexpr std::string_view kHead =
      R"({"guild":{"id":"1","name":"Guild"},"channel":{"id":"2","type":"GuildTextChat","name":"general"},)";

  std::filesystem::path Export(std::string_view messages) {
    return Write("x.json", std::string(kHead) + R"("dateRange":{"after":null},"messages":[)" + std::string(messages) +
                               R"(],"messageCount":1})");
  }
};

TEST_F(DiscordImportTest, ReadsMessages) {
  ImportCleanly(Export(R"({"id":"866710679758045195","type":"Default","timestamp":"2021-07-19T15:34:49.061+00:00",
      "timestampEdited":"2021-07-19T15:35:00+02:00","isPinned":true,"content":"hello",
      "author":{"id":"7","name":"ada","nickname":"Ada L","isBot":true},
      "attachments":[{"id":"9","url":"http://x/y","fileName":"y","fileSizeBytes":3,"extra":1}],"embeds":[],"reactions":[]})"));
  const Message message = Only("Guild/general");
  EXPECT_EQ(message.author(), "Ada L");
  EXPECT_EQ(message.content(), "hello");
  EXPECT_EQ(message.nonce(), "866710679758045195");
  EXPECT_EQ(message.created_at(), Timestamp{std::chrono::milliseconds{1'626'708'889'061}});
  EXPECT_EQ(message.version(), Version{2});
  EXPECT_EQ(message.flags(), kFlagBot | kFlagPinned);
  EXPECT_EQ(message.attribute("user_id"), "7");
  EXPECT_EQ(message.attribute("user_name"), "ada");
  EXPECT_EQ(message.attribute("attachments"), R"([{"id":"9","url":"http://x/y","fileName":"y","fileSizeBytes":3}])");
  EXPECT_EQ(message.attribute("embeds"), std::nullopt);
  EXPECT_EQ(report.format, "discord");
}

TEST_F(DiscordImportTest, IdsKeepTimeAndLowBitsOfTheSnowflake) {
  ImportCleanly(Export(R"({"id":"866710679758045195","content":"x"})"));
  constexpr std::uint64_t kSnowflake = 866'710'679'758'045'195;
  constexpr Timestamp kDiscordEpoch{std::chrono::sys_days{std::chrono::year{2015} / 1 / 1}};
  const MessageId id = Only("Guild/general").id();
  EXPECT_EQ(id.time(store.Info()->epoch), MessageId{kSnowflake}.time(kDiscordEpoch));
  EXPECT_EQ(id.value & 0x3FFFFF, kSnowflake & 0x3FFFFF);
}

TEST_F(DiscordImportTest, RepliesNameTheirParent) {
  ImportCleanly(Export(R"({"id":"866710679758045195","type":"Default","content":"one"},
                          {"id":"866710679758045196","type":"Reply","content":"two","reference":{"messageId":"866710679758045195"}})"));
  const auto messages = Messages("Guild/general");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1].reply_to(), messages[0].id());
}

TEST_F(DiscordImportTest, SystemMessagesAreFlagged) {
  ImportCleanly(Export(R"({"id":"866710679758045195","type":"GuildMemberJoin","content":"Joined the server."})"));
  EXPECT_EQ(Only("Guild/general").flags(), kFlagSystem);
  EXPECT_EQ(Only("Guild/general").attribute("type"), "GuildMemberJoin");
}

TEST_F(DiscordImportTest, AFileThatIsCutOffKeepsWhatCameBefore) {
  ASSERT_OK(Import(
      Write("x.json", std::string(kHead) + R"("messages":[{"id":"866710679758045195","content":"one"},{"id":"86)")));
  EXPECT_THAT(Contents("Guild/general"), ElementsAre("one"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].reason, ::testing::HasSubstr("cut off"));
}

TEST_F(DiscordImportTest, AMessageWithoutIdIsAProblem) {
  ASSERT_OK(Import(Export(R"({"id":"x","content":"one"},{"id":"866710679758045195","content":"two"})")));
  EXPECT_EQ(problems.size(), 1U);
  EXPECT_THAT(Contents("Guild/general"), ElementsAre("two"));
}

}  // namespace
}  // namespace rookery::admin
