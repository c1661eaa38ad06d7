#include "admin/import/mail_parser.h"

#include <gtest/gtest.h>

#include "admin/import/charset.h"
#include "tests/support/status_matchers.h"

namespace rookery::admin {
namespace {

Mail Parse(std::string_view bytes) {
  auto mail = MailParser().Parse(bytes);
  EXPECT_OK(mail);
  return mail.has_value() ? *std::move(mail) : Mail{};
}

TEST(MailParserTest, ReadsHeaders) {
  const Mail mail = Parse(
      "From: Ada L <ada@example.org>\nSubject: hello\nMessage-ID: <1@example.org>\nIn-Reply-To: Your mail "
      "<0@example.org>\n"
      "References: <a@example.org>\n <b@example.org>\nList-Id: \"The list\" <list.example.org>\n"
      "Date: Mon, 2 Feb 2004 15:56:43 +0200\n\nbody\n\n");
  EXPECT_EQ(mail.author, "Ada L <ada@example.org>");
  EXPECT_EQ(mail.subject, "hello");
  EXPECT_EQ(mail.message_id, "1@example.org");
  EXPECT_EQ(mail.in_reply_to, "0@example.org");
  EXPECT_EQ(mail.references, "b@example.org");
  EXPECT_EQ(mail.list_id, "list.example.org");
  EXPECT_EQ(mail.date, Timestamp{std::chrono::seconds{1'075'730'203}});
  EXPECT_EQ(mail.content, "body");
  EXPECT_FALSE(mail.is_html);
}

TEST(MailParserTest, DecodesEncodedWords) {
  const Mail mail =
      Parse("From: =?utf-8?Q?Ad=C3=A9?= <ada@example.org>\nSubject: =?iso-8859-1?B?6Q==?= and\n =?utf-8?Q?more?=\n\n");
  EXPECT_EQ(mail.author, "Ad\xC3\xA9 <ada@example.org>");
  EXPECT_EQ(mail.subject, "\xC3\xA9 and more");
}

TEST(MailParserTest, ReadsAuthorsAsArchivesWriteThem) {
  EXPECT_EQ(Parse("From: ada at example.org (Ada L)\n\n").author, "Ada L <ada@example.org>");
  EXPECT_EQ(Parse("From: ada@example.org (Ada L)\n\n").author, "Ada L <ada@example.org>");
  EXPECT_EQ(Parse("From: ada@example.org\n\n").author, "ada@example.org");
  EXPECT_EQ(Parse("Subject: nobody\n\n").author, "");
}

TEST(MailParserTest, HasNoDateWhereItIsAbsurd) {
  EXPECT_EQ(Parse("Date: yesterday\n\n").date, std::nullopt);
  EXPECT_EQ(Parse("Date: Mon, 1 Jan 1900 00:00:00 +0000\n\n").date, std::nullopt);
  EXPECT_EQ(Parse("Subject: x\n\n").date, std::nullopt);
}

TEST(MailParserTest, DecodesTransferEncodingAndCharacterSet) {
  EXPECT_EQ(Parse("Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: "
                  "quoted-printable\n\ncaf=E9 =93x=94=\n y\n")
                .content,
            "caf\xC3\xA9 \xE2\x80\x9Cx\xE2\x80\x9D y");
  EXPECT_EQ(
      Parse("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nY2Fmw6kNCng=\n").content,
      "caf\xC3\xA9\nx");
  EXPECT_EQ(Parse("Content-Type: text/plain; charset=iso-2022-jp\n\n\x1B$B4A\x1B(B\n").content, "\xE6\xBC\xA2");
}

TEST(MailParserTest, KeepsBytesOfAnUnknownCharacterSet) {
  EXPECT_EQ(Parse("Content-Type: text/plain; charset=x-nobody\n\ncaf\xE9\n").content, "caf\xE9");
  EXPECT_EQ(Parse("Subject: none\n\ncaf\xE9\n").content, "caf\xE9");
}

constexpr std::string_view kMultipart =
    "Content-Type: multipart/mixed; boundary=A\n\n"
    "--A\nContent-Type: multipart/alternative; boundary=B\n\n"
    "--B\nContent-Type: text/plain\n\nplain\n"
    "--B\nContent-Type: text/html\n\n<p>html</p>\n--B--\n"
    "--A\nContent-Type: image/png\nContent-Disposition: attachment; filename=\"cat.png\"\n\nxx\n"
    "--A\nContent-Type: text/plain\n\nfooter\n--A--\n";

TEST(MailParserTest, PrefersPlainTextAndListsAttachments) {
  const Mail mail = Parse(kMultipart);
  EXPECT_EQ(mail.content, "plain\nfooter");
  EXPECT_FALSE(mail.is_html);
  EXPECT_EQ(mail.attachments, R"([{"name":"cat.png","type":"image/png"}])");
}

TEST(MailParserTest, TakesHtmlWhereThereIsNoPlainText) {
  const Mail mail = Parse("Content-Type: text/html; charset=utf-8\n\n<p>hello</p>\n");
  EXPECT_EQ(mail.content, "<p>hello</p>");
  EXPECT_TRUE(mail.is_html);
}

TEST(MailParserTest, SurvivesDeepNesting) {
  std::string bytes = "Subject: deep\n";
  for (int i = 0; i < 20'000; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    bytes += "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
  }
  EXPECT_EQ(Parse(bytes).subject, "deep");
}

TEST(MailParserTest, RefusesWhatHasNoHeaders) { EXPECT_CODE(MailParser().Parse(""), StatusCode::kCorruption); }

TEST(CharsetTest, ReplacesWhatCannotBeConverted) {
  EXPECT_EQ(ToUtf8("a\xFF"
                   "b",
                   "us-ascii"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(ToUtf8(std::string("a\0b", 3), "iso-8859-1"), std::string("a\0b", 3));
  EXPECT_EQ(ToUtf8("x", "no-such-charset"), std::nullopt);
  EXPECT_EQ(ToUtf8(std::string(10'000, '\xE9'), "latin1")->size(), 20'000U);
}

}  // namespace
}  // namespace rookery::admin
