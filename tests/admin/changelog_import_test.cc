#include "admin/import/changelog_parser.h"
#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using ChangelogImportTest = ImportTest;

constexpr std::string_view kEntry =
    "tool (1.2-3) unstable; urgency=medium\n\n  * First change.\n    More of it.\n\n"
    " -- Ada L <ada@example.org>  Sat, 10 Oct 2020 21:01:16 +0200\n";

TEST(ChangelogParserTest, ReadsHeadings) {
  const auto heading =
      ParseChangelogHeading("lib-x+ (1:2.0~rc1-1) unstable experimental; urgency=low, binary-only=yes");
  ASSERT_TRUE(heading.has_value());
  EXPECT_EQ(heading->package, "lib-x+");
  EXPECT_EQ(heading->version, "1:2.0~rc1-1");
  EXPECT_EQ(heading->distribution, "unstable experimental");
  EXPECT_EQ(heading->urgency, "low");
}

TEST(ChangelogParserTest, RefusesOtherLines) {
  for (const std::string_view line :
       {"", "2020-10-10  Ada L  <ada@example.org>", "Version 1.2 (2020)", "tool (1.2) unstable", "tool 1.2; x",
        "  * change (x) y; z", "tool () unstable; urgency=low", "tool;(1)"}) {
    EXPECT_FALSE(ParseChangelogHeading(line).has_value()) << line;
  }
  EXPECT_FALSE(ParseChangelogTrailer("  -- Ada L <ada@example.org>  x").has_value());
  EXPECT_FALSE(ParseChangelogTrailer(" -- Ada L").has_value());
}

TEST_F(ChangelogImportTest, AnEntryIsAMessageInItsPackagesChannel) {
  ImportCleanly(Write("doc/tool/changelog.Debian.gz", Gzip(kEntry)));
  const Message message = Only("tool");
  EXPECT_EQ(message.author(), "Ada L <ada@example.org>");
  EXPECT_EQ(message.content(), "  * First change.\n    More of it.");
  EXPECT_EQ(message.created_at(), Timestamp{std::chrono::seconds{1'602'356'476}});
  EXPECT_EQ(message.attribute("version"), "1.2-3");
  EXPECT_EQ(message.attribute("distribution"), "unstable");
  EXPECT_EQ(message.attribute("urgency"), "medium");
  EXPECT_EQ(report.format, "debian-changelog");
}

TEST_F(ChangelogImportTest, AFolderOfDocumentationGivesItsChangelogsAndNothingElse) {
  Write("doc/tool/changelog.Debian.gz", Gzip(kEntry));
  Write("doc/tool/changelog.gz", Gzip("Version 1.2\n* upstream\n"));
  Write("doc/tool/copyright", "12:34 < ada> not a chat\n");
  Write("doc/tool-dev/changelog.Debian.gz", Gzip(kEntry));
  ImportCleanly(dir / "doc");
  EXPECT_EQ(report.files, 2U);
  EXPECT_EQ(report.files_skipped, 1U);
  EXPECT_EQ(report.messages_added, 1U);
  EXPECT_EQ(report.messages_existing, 1U);
}

TEST_F(ChangelogImportTest, UpstreamChangelogsAmongNamedFilesAreSkipped) {
  const std::vector<std::filesystem::path> paths = {Write("a/changelog.Debian.gz", Gzip(kEntry)),
                                                    Write("a/changelog.gz", Gzip("Version 1\n"))};
  ASSERT_OK(admin::Import(&store, paths, {}, &report));
  EXPECT_EQ(report.messages_added, 1U);
  EXPECT_EQ(report.files_skipped, 1U);
  EXPECT_EQ(report.problems, 0U);
}

TEST_F(ChangelogImportTest, EntriesWithoutADateAreProblems) {
  ASSERT_OK(Import(
      Write("changelog", "tool (1) unstable; urgency=low\n\n  * x\n\n" + std::string(kEntry) +
                             "\ntool (0) unstable; urgency=low\n\n  * y\n\n -- Ada L <a@b>  once upon a time\n")));
  EXPECT_THAT(Contents("tool").size(), 1U);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].position, 1U);
  EXPECT_THAT(problems[1].reason, HasSubstr("once upon a time"));
}

TEST_F(ChangelogImportTest, RemarksBetweenEntriesAreLeftOut) {
  ImportCleanly(
      Write("changelog", "\n" + std::string(kEntry) + "\n# Older entries have been removed.\nLocal variables:\n"));
  EXPECT_EQ(report.messages_added, 1U);
}

TEST_F(ChangelogImportTest, NothingButUpstreamChangelogsIsAnError) {
  EXPECT_CODE(Import(Write("changelog.gz", Gzip("Version 1\n"))), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rookery::admin
