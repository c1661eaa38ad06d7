#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

using JsonlImportTest = ImportTest;

TEST_F(JsonlImportTest, ReadsEveryField) {
  ImportCleanly(Write("x.jsonl",
                      R"({"type":"message","channel":"c","id":"4194305","author":"ada","content":"hello",)"
                      R"("created_at":"2026-01-31T23:59:59.123Z","edited_at":1769904000000,"version":3,"reply_to":"7",)"
                      R"("flags":65537,"nonce":"n","nonce_remembered":true,"attributes":{"k":"v"},)"
                      R"("attributes_b64":[["/w==","AA=="]]})"
                      "\n"));
  const Message message = Only("c");
  EXPECT_EQ(message.id(), MessageId{4194305});
  EXPECT_EQ(message.author(), "ada");
  EXPECT_EQ(message.content(), "hello");
  EXPECT_EQ(message.created_at(), Timestamp{std::chrono::milliseconds{1'769'903'999'123}});
  EXPECT_EQ(message.edited_at(), Timestamp{std::chrono::milliseconds{1'769'904'000'000}});
  EXPECT_EQ(message.version(), Version{3});
  EXPECT_EQ(message.reply_to(), MessageId{7});
  EXPECT_EQ(message.flags(), 65537U);
  EXPECT_EQ(message.nonce(), "n");
  EXPECT_TRUE(message.nonce_remembered());
  EXPECT_EQ(message.attribute("k"), "v");
  EXPECT_EQ(message.attribute("\xFF"), std::string_view("\0", 1));
}

TEST_F(JsonlImportTest, BytesComeInBase64) {
  ImportCleanly(Write("x.jsonl", R"({"channel_b64":"/w==","id":1,"author_b64":"/g==","content_b64":"AP8="})"
                                 "\n"));
  const Message message = Only("\xFF");
  EXPECT_EQ(message.author(), "\xFE");
  EXPECT_EQ(message.content(), std::string_view("\0\xFF", 2));
}

TEST_F(JsonlImportTest, ALineWithoutIdIsItsFileAndLine) {
  const auto path = Write("x.jsonl",
                          "{\"channel\":\"c\",\"content\":\"a\",\"created_at\":\"2026-01-31\"}\n\n"
                          "{\"channel\":\"c\",\"content\":\"a\",\"created_at\":\"2026-01-31\"}\n");
  ImportCleanly(path);
  EXPECT_THAT(Contents("c"), ElementsAre("a", "a"));
  EXPECT_THAT(std::string(Messages("c")[1].nonce()), MatchesRegex("x\\.jsonl:3:[0-9a-f]{16}"));
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 0U);
}

TEST_F(JsonlImportTest, FilesOfOneNameKeepTheirOwnLines) {
  const auto line = [](std::string_view rest) {
    return R"({"channel":"c","created_at":"2026-01-31",)" + std::string(rest) + "}\n";
  };
  const std::vector<std::string> lines = {
      line(R"("author":"ada","content":"a")"),
      line(R"("author":"bob","content":"a")"),
      line(R"("author":"ada","content":"b")"),
      line(R"("author":"ada","content":"a","flags":4)"),
      line(R"("author":"ad","content":"aa")"),
      line(R"("author":"ada","content":"a","reply_to":7)"),
      line(R"("author":"ada","content":"a","attributes":{"k":"v"})"),
  };
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      ImportCleanly(Write(std::to_string(i) + "/x.jsonl", lines[i]));
      EXPECT_EQ(report.messages_added, round == 0 ? 1U : 0U) << lines[i];
    }
  }
  EXPECT_EQ(Messages("c").size(), lines.size());
}

TEST_F(JsonlImportTest, ALineWithANonceIsItsNonce) {
  const std::string line = "{\"channel\":\"c\",\"content\":\"a\",\"created_at\":\"2026-01-31\",\"nonce\":\"n\"}\n";
  ImportCleanly(Write("x.jsonl", line + line));
  EXPECT_EQ(report.messages_added, 1U);
  ImportCleanly(Write("y.jsonl", line));
  EXPECT_EQ(report.messages_added, 0U);
}

TEST_F(JsonlImportTest, AnIdThatAnotherMessageHasIsAProblem) {
  ImportCleanly(Write("x.jsonl", R"({"channel":"c","id":5,"content":"a","nonce":"n1"})"
                                 "\n"));
  ASSERT_OK(Import(Write("y.jsonl", R"({"channel":"c","id":4,"content":"b"})"
                                    "\n"
                                    R"({"channel":"c","id":5,"content":"c","nonce":"n2"})"
                                    "\n"
                                    R"({"channel":"c","id":6,"content":"d"})"
                                    "\n")));
  EXPECT_THAT(Contents("c"), ElementsAre("b", "a", "d"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].position, 2U);
}

TEST_F(JsonlImportTest, RecordsAreAddedOnce) {
  const auto path = Write("x.jsonl", R"({"type":"record","channel":"c","key":"k","value":"v"})"
                                     "\n"
                                     R"({"type":"record","channel":"c","key_b64":"/w==","value_b64":"AA=="})"
                                     "\n");
  ImportCleanly(path);
  EXPECT_EQ(report.records_read, 2U);
  EXPECT_EQ(report.records_added, 2U);
  EXPECT_EQ(store.GetRecord("c", "k").value()->value, "v");
  EXPECT_EQ(store.GetRecord("c", "\xFF").value()->value, std::string("\0", 1));
  ImportCleanly(path);
  EXPECT_EQ(report.records_added, 0U);
  EXPECT_EQ(report.records_existing, 2U);
}

TEST_F(JsonlImportTest, EachBadLineIsAProblemThatNamesIt) {
  struct Case {
    std::string_view line;
    std::string_view reason;
  };
  const std::vector<Case> cases = {
      {R"({"channel":"c","id":1,"text":"x"})", "\"text\""},
      {R"({"channel":"c","content":"x"})", "neither an id nor created_at"},
      {R"({"id":1,"content":"x"})", "no channel"},
      {R"({"channel":"c","id":0})", "is not an id"},
      {R"({"channel":"c","id":"9223372036854775808"})", "is not an id"},
      {R"({"channel":"c","id":-1})", "whole number"},
      {R"({"channel":"c","created_at":"today"})", "today"},
      {R"({"channel":"c","id":1,"content":5})", "is not a string"},
      {R"({"channel":"c","id":1,"content_b64":"*"})", "base64"},
      {R"({"channel":"c","id":1,"version":0})", "versions begin at 1"},
      {R"({"channel":"c","id":1,"flags":4294967296})", "32 bits"},
      {R"({"channel":"c","id":1,"attributes":{"a":1}})", "is not a string"},
      {R"({"channel":"c","id":1,"attributes_b64":[["x"]]})", "no pair"},
      {R"({"type":"event","channel":"c"})", "event"},
      {R"({"type":"record","channel":"c"})", "no key"},
      {R"({"channel":"c","id":1)", "not valid JSON"},
      {R"([1,2])", "object"},
      {R"({"channel":"","id":1})", "no channel"},
  };
  std::string text = "{\"channel\":\"c\",\"id\":9}\n";
  for (const Case& bad : cases) text.append(bad.line).append("\n");
  ASSERT_OK(Import(Write("x.jsonl", text)));
  ASSERT_EQ(problems.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(problems[i].position, i + 2);
    EXPECT_THAT(problems[i].reason, HasSubstr(std::string(cases[i].reason))) << cases[i].line;
  }
  EXPECT_EQ(report.messages_added, 1U);
}

}  // namespace
}  // namespace rookery::admin
