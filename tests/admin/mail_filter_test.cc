#include "admin/import/mail_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace rookery::admin {
namespace {

std::string Filter(std::string_view raw) {
  auto filtered = FilterMail(raw);
  EXPECT_OK(filtered);
  return filtered.has_value() ? *filtered : "";
}

TEST(MailFilterTest, KeepsTheHeadersThatAreUsedAndTheBody) {
  EXPECT_EQ(Filter("Received: from a\n\tby b\nfrom: ada\nSubject: long\n line\nX-Junk: x\nDate: now\n\nbody\n\n--x\n"),
            "from: ada\nSubject: long\n line\nDate: now\n\nbody\n\n--x\n");
}

TEST(MailFilterTest, PassesOverLinesThatAreNoHeaders) {
  EXPECT_EQ(Filter("what is this\nSubject: x\n\n"), "Subject: x\n\n");
}

TEST(MailFilterTest, AMailNeedsAHeader) {
  EXPECT_CODE(FilterMail(""), StatusCode::kCorruption);
  EXPECT_CODE(FilterMail("\nSubject: x\n"), StatusCode::kCorruption);
  EXPECT_CODE(FilterMail("hello there\nSubject\n\n"), StatusCode::kCorruption);
  EXPECT_OK(FilterMail("Received: from a\n\n"));
}

TEST(MailFilterTest, BoundsAHeaderHoweverItIsFolded) {
  std::string folded = "From: a";
  for (int i = 0; i < 10'000; ++i) folded += "\n a:";
  EXPECT_LT(Filter(folded + "\n\nbody\n").size(), 12'000U);
  EXPECT_LT(Filter("Subject: " + std::string(1'000'000, 'x') + "\n\nbody\n").size(), 70'000U);
  EXPECT_TRUE(Filter(folded + "\nSubject: x\n\nbody\n").ends_with("\nSubject: x\n\nbody\n"));
}

TEST(MailFilterTest, BoundsTheHeadersTogether) {
  std::string headers;
  for (int i = 0; i < 1'000'000; ++i) headers += "Subject: x\n";
  EXPECT_LT(Filter(headers + "\nbody\n").size(), std::size_t{600} << 10);
}

TEST(MailFilterTest, BoundsAddressesOfForwardedMails) {
  const std::string forwarded =
      "Content-Type: multipart/mixed; boundary=A\n\n--A\nContent-Type: message/rfc822\n\nTo: " +
      std::string(100'000, ':') + "\n more\nCc: b\n\nbody " + std::string(100'000, ':') + "\n";
  const std::string filtered = Filter(forwarded);
  EXPECT_LT(filtered.size(), 110'000U);
  EXPECT_TRUE(filtered.ends_with("\nCc: b\n\nbody " + std::string(100'000, ':') + "\n"));
}

TEST(MailFilterTest, LeavesABodyOfOneTextAlone) {
  std::string body;
  for (int i = 0; i < 600'000; ++i) body += "--\nTo: x\n";
  EXPECT_EQ(Filter("Content-Type: text/plain\n\n" + body), "Content-Type: text/plain\n\n" + body);
}

TEST(MailFilterTest, AMailWithTooManyHeadersOfPartsIsRefused) {
  std::string headers;
  for (int i = 0; i < 600'000; ++i) headers += "X: y\n";
  EXPECT_CODE(FilterMail("Content-Type:\n message/rfc822\n\n" + headers), StatusCode::kCorruption);
}

TEST(MailFilterTest, AMailWithTooManyPartsIsRefused) {
  std::string parts;
  for (int i = 0; i < 200'000; ++i) parts += "--A\n\nx\n";
  EXPECT_CODE(FilterMail("Content-Type: multipart/mixed; boundary=A\n\n" + parts), StatusCode::kCorruption);
}

}  // namespace
}  // namespace rookery::admin
