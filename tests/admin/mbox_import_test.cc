#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using MboxImportTest = ImportTest;

std::string MailText(std::string_view id, std::string_view more_headers, std::string_view body) {
  return "From ada at example.org  Mon Feb  2 13:56:43 2004\nFrom: ada at example.org (Ada L)\nMessage-ID: <" +
         std::string(id) + ">\n" + std::string(more_headers) + "\n" + std::string(body) + "\n\n";
}

TEST_F(MboxImportTest, ReadsMailsOfAFolder) {
  ImportCleanly(
      Write("list/2004-02.mbox", MailText("1@x", "Subject: hello\nDate: Mon, 2 Feb 2004 15:56:43 +0200\n", "body")));
  const Message message = Only("list");
  EXPECT_EQ(message.author(), "Ada L <ada@example.org>");
  EXPECT_EQ(message.content(), "body");
  EXPECT_EQ(message.created_at(), Timestamp{std::chrono::seconds{1'075'730'203}});
  EXPECT_EQ(message.attribute("subject"), "hello");
  EXPECT_EQ(message.attribute("message_id"), "1@x");
  EXPECT_EQ(message.nonce(), "1@x");
  EXPECT_EQ(report.format, "mbox");
}

TEST_F(MboxImportTest, TheListsIdNamesTheChannel) {
  const auto path =
      Write("folder/box", MailText("1@x", "List-Id: Talk <talk.example.org>\n", "one") + MailText("2@x", "", "two"));
  ImportCleanly(path);
  EXPECT_THAT(Contents("talk.example.org"), ElementsAre("one"));
  EXPECT_THAT(Contents("folder"), ElementsAre("two"));
  ImportCleanly(path, {.channel = "mail"});
  EXPECT_EQ(Contents("mail").size(), 2U);
}

TEST_F(MboxImportTest, RepliesNameTheirParentAcrossFiles) {
  Write("list/1.mbox", MailText("1@x", "", "one"));
  Write("list/2.mbox", MailText("2@x", "In-Reply-To: <1@x>\n", "two") +
                           MailText("3@x", "In-Reply-To: <lost@x>\nReferences: <lost@x> <2@x>\n", "three"));
  ImportCleanly(dir / "list");
  const auto parent_of = [&](std::string_view content) {
    for (const Message& m : Messages("list")) {
      if (m.content() == content && m.reply_to())
        return std::string(store.Get("list", *m.reply_to()).value()->content());
    }
    return std::string("none");
  };
  EXPECT_EQ(parent_of("one"), "none");
  EXPECT_EQ(parent_of("two"), "one");
  EXPECT_EQ(parent_of("three"), "two");
}

TEST_F(MboxImportTest, AMailThatStandsTwiceIsOneMessage) {
  const auto path = Write("list/a.mbox", MailText("1@x", "Date: Mon, 2 Feb 2004 15:56:43 +0200\n", "one") +
                                             MailText("1@x", "Date: Tue, 3 Feb 2004 15:56:43 +0200\n", "one again"));
  for (const std::uint64_t added : {1U, 0U}) {
    ImportCleanly(path);
    EXPECT_EQ(report.messages_read, 2U);
    EXPECT_EQ(report.messages_added, added);
    EXPECT_EQ(report.messages_existing, 2 - added);
  }
  EXPECT_THAT(Contents("list"), ElementsAre("one"));
}

TEST_F(MboxImportTest, AMailWithoutMessageIdIsWhatItsBytesAre) {
  const std::string mail = "From a Mon Feb  2 13:56:43 2004\nSubject: x\n\nbody\n\n";
  const auto path = Write("list/a.mbox", mail + mail + "From a Mon Feb  2 13:56:43 2004\nSubject: y\n\nbody\n");
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 2U);
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 0U);
}

TEST_F(MboxImportTest, AnUnreadableDateFallsBackToTheFromLine) {
  ImportCleanly(Write("list/a.mbox", MailText("1@x", "Date: the other day\n", "one")));
  EXPECT_EQ(Only("list").created_at(), Timestamp{std::chrono::seconds{1'075'730'203}});
}

TEST_F(MboxImportTest, HtmlMailSaysSo) {
  ImportCleanly(Write("list/a.mbox", MailText("1@x", "Content-Type: text/html\n", "<p>one</p>")));
  EXPECT_EQ(Only("list").attribute("content_type"), "text/html");
}

TEST_F(MboxImportTest, AMailOverTheLimitIsAProblemAtItsByte) {
  const std::string first = MailText("1@x", "", "one");
  ASSERT_OK(Import(
      Write("list/a.mbox", first + MailText("2@x", "", std::string(2 << 20, 'x')) + MailText("3@x", "", "three"))));
  EXPECT_THAT(Contents("list"), ::testing::UnorderedElementsAre("one", "three"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].position, first.size());
  EXPECT_EQ(problems[0].unit, "byte");
  EXPECT_THAT(problems[0].reason, HasSubstr("max_content_bytes"));
}

}  // namespace
}  // namespace rookery::admin
