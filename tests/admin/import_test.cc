// What every import does, whatever the format: detection, filters, dry runs, limits, batches, progress.
#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Line(int id, std::string_view content, std::string_view day) {
  return R"({"channel":"c","id":)" + std::to_string(id) + R"(,"content":")" + std::string(content) +
         R"(","created_at":")" + std::string(day) + "\"}\n";
}

TEST(ImportFormatsTest, AreNamedOnce) {
  std::vector<std::string> names;
  for (const ImportFormat& format : ImportFormats()) {
    names.emplace_back(format.name);
    EXPECT_FALSE(format.description.empty());
  }
  EXPECT_THAT(names, ElementsAre("slack", "discord", "zulip", "jsonl", "mbox", "debian-changelog", "irc"));
}

TEST_F(ImportTest, RefusesAnUnknownFormatAndListsTheKnown) {
  const Status status = Import(Write("x.jsonl", Line(1, "a", "2026-01-01")), {.format = "fax"});
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("slack, discord, zulip, jsonl, mbox, debian-changelog, irc"));
}

TEST_F(ImportTest, RefusesAFileThatNoFormatKnowsAndListsThem) {
  const Status status = Import(Write("x.bin", "what is this\n"));
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("x.bin"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("slack, discord"));
}

TEST_F(ImportTest, RefusesAFolderWithNothingInIt) {
  Write("folder/readme.md", "hello\n");
  EXPECT_CODE(Import(dir / "folder"), StatusCode::kInvalidArgument);
}

TEST_F(ImportTest, SaysThatAPathIsMissing) { EXPECT_CODE(Import(dir / "nothing"), StatusCode::kNotFound); }

TEST_F(ImportTest, AnEmptyFileIsNothingToImport) {
  ImportCleanly(Write("empty.jsonl", ""));
  EXPECT_EQ(report.files_skipped, 1U);
  EXPECT_EQ(report.messages_read, 0U);
}

TEST_F(ImportTest, AFolderOfManyFormatsIsReadFileByFile) {
  Write("all/#chan/2016-01-25.log", "12:34 < ada> irc\n");
  Write("all/x.jsonl", Line(1, "jsonl", "2026-01-01"));
  Write("all/slack/channels.json", "[]");
  Write("all/slack/general/2018-02-02.json", R"([{"text":"slack","ts":"1.0"}])");
  Write("all/readme.md", "hello\n");
  Write("all/.git/x.jsonl", Line(2, "hidden", "2026-01-01"));
  ImportCleanly(dir / "all");
  EXPECT_EQ(report.format, "mixed");
  EXPECT_EQ(report.files_skipped, 1U);
  EXPECT_THAT(Contents("#chan"), ElementsAre("irc"));
  EXPECT_THAT(Contents("c"), ElementsAre("jsonl"));
  EXPECT_THAT(Contents("general"), ElementsAre("slack"));
}

TEST_F(ImportTest, ANamedFormatIsTakenForWhatDetectionWouldNot) {
  ImportCleanly(Write("general/2018-02-02.json", R"([{"text":"slack","ts":"1.0"}])"), {.format = "slack"});
  EXPECT_THAT(Contents("general"), ElementsAre("slack"));
}

TEST_F(ImportTest, SinceIsInclusiveAndUntilExclusive) {
  const auto day = [](unsigned number) {
    return Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 1 / static_cast<int>(number)}};
  };
  const auto path =
      Write("x.jsonl", Line(1, "one", "2026-01-01") + Line(2, "two", "2026-01-02") + Line(3, "three", "2026-01-03"));
  ImportCleanly(path, {.since = day(2), .until = day(3)});
  EXPECT_THAT(Contents("c"), ElementsAre("two"));
  EXPECT_EQ(report.messages_read, 3U);
  EXPECT_EQ(report.messages_filtered, 2U);
}

TEST_F(ImportTest, ADryRunCountsAndWritesNothing) {
  const auto path = Write("x.jsonl", Line(1, "one", "2026-01-01") + Line(2, std::string(2 << 20, 'x'), "2026-01-02"));
  ASSERT_OK(Import(path, {.dry_run = true}));
  EXPECT_EQ(report.messages_read, 2U);
  EXPECT_EQ(report.messages_added, 0U);
  EXPECT_EQ(report.problems, 1U);
  EXPECT_TRUE(Messages("c").empty());
}

TEST_F(ImportTest, ADryRunNeedsNoStore) {
  const std::vector<std::filesystem::path> paths = {Write("x.jsonl", Line(1, "one", "2026-01-01"))};
  EXPECT_OK(admin::Import(nullptr, paths, {.dry_run = true}, &report));
  EXPECT_EQ(report.messages_read, 1U);
  EXPECT_CODE(admin::Import(nullptr, paths, {}, &report), StatusCode::kInvalidArgument);
}

TEST_F(ImportTest, GivesUpAfterTooManyProblemsAndKeepsWhatWasRead) {
  const auto path = Write("x.jsonl", Line(1, "one", "2026-01-01") + "{}\n{}\n{}\n" + Line(2, "two", "2026-01-01"));
  EXPECT_CODE(Import(path, {.max_errors = 2}), StatusCode::kCorruption);
  EXPECT_EQ(report.problems, 3U);
  EXPECT_THAT(Contents("c"), ElementsAre("one"));
  EXPECT_OK(Import(path, {.max_errors = 3}));
  EXPECT_THAT(Contents("c"), ElementsAre("one", "two"));
}

TEST_F(ImportTest, OneMessageThatTheStoreRefusesCostsOnlyItself) {
  const auto path = Write("x.jsonl", Line(1, "one", "2026-01-01") + Line(2, std::string(2 << 20, 'x'), "2026-01-01") +
                                         Line(3, "three", "2026-01-01"));
  ASSERT_OK(Import(path));
  EXPECT_THAT(Contents("c"), ElementsAre("one", "three"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].position, 2U);
  EXPECT_THAT(problems[0].reason, HasSubstr("max_content_bytes"));
}

TEST_F(ImportTest, BatchSizeChangesNothing) {
  std::string text;
  for (int i = 1; i <= 100; ++i) text += Line(i, std::to_string(i), "2026-01-01");
  const auto path = Write("x.jsonl", text);
  for (const std::size_t batch_size : {1U, 7U, 1000U}) {
    Store fresh = OpenMemoryStore();
    const std::vector<std::filesystem::path> paths = {path};
    ASSERT_OK(admin::Import(&fresh, paths, {.batch_size = batch_size}, &report));
    EXPECT_EQ(report.messages_added, 100U);
  }
}

TEST_F(ImportTest, ProgressSeesTheEndOfTheInput) {
  const auto path = Write("x.jsonl", Line(1, "one", "2026-01-01"));
  std::vector<ImportProgress> seen;
  ImportCleanly(path, {.progress = [&](const ImportProgress& progress) {
                  seen.push_back(progress);
                  return true;
                }});
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.front().total_bytes, std::filesystem::file_size(path));
  EXPECT_EQ(report.bytes, std::filesystem::file_size(path));
}

TEST_F(ImportTest, ProgressCanStopTheImportAndRunningItAgainGoesOn) {
  const auto path = Write("x.jsonl", Line(1, "one", "2026-01-01"));
  EXPECT_CODE(Import(path, {.progress = [](const ImportProgress&) { return false; }}), StatusCode::kInterrupted);
  ImportCleanly(path);
  EXPECT_THAT(Contents("c"), ElementsAre("one"));
}

TEST_F(ImportTest, IdsOfDifferentMessagesThatFallTogetherMoveApart) {
  // The low bits of the lines' numbers are the same: 1 and 1 + 2^22 would be, here made by two files of one name.
  Write("a/#chan/2016-01-25.log", "12:34 < ada> one\n");
  Write("b/#chan/2016-01-25.txt", "12:34 < ada> two\n");
  ImportCleanly(dir.path());
  EXPECT_THAT(Contents("#chan"), ElementsAre("one", "two"));
  ImportCleanly(dir.path());
  EXPECT_EQ(report.messages_added, 0U);
}

TEST_F(ImportTest, AnyTimeIsATime) {
  ImportCleanly(Write("x.jsonl", R"({"channel":"c","content":"first","created_at":-9223372036854775808})"
                                 "\n"
                                 R"({"channel":"c","content":"last","created_at":9223372036854775807})"
                                 "\n"));
  EXPECT_THAT(Contents("c"), ElementsAre("first", "last"));
}

TEST_F(ImportTest, AnErrorOfTheStoreEndsTheImport) {
  Write("all/1.jsonl", Line(1, "one", "2026-01-01"));
  Write("all/2.jsonl", Line(2, "two", "2026-01-01"));
  ASSERT_OK(store.Close());
  EXPECT_CODE(Import(dir / "all"), StatusCode::kClosed);
  EXPECT_EQ(report.problems, 0U);
  store = OpenMemoryStore();
}

TEST_F(ImportTest, ProgressCountsOnlyFilesThatAreRead) {
  Write("export/users.json", "[]");
  Write("export/canvases.json", std::string(100'000, ' '));
  Write("export/general/2018-02-02.json", R"([{"text":"slack","ts":"1.0"}])");
  std::uint64_t total = 0;
  ImportCleanly(dir / "export", {.progress = [&](const ImportProgress& progress) {
                  total = progress.total_bytes;
                  return true;
                }});
  EXPECT_EQ(total, report.bytes);
}

TEST_F(ImportTest, TimesThatIdsCannotHoldAreKept) {
  const std::string lines = R"({"channel":"c","content":"old","created_at":"1969-07-20T20:17:40Z"})"
                            "\n"
                            R"({"channel":"c","content":"far","created_at":"2300-01-01"})"
                            "\n";
  const auto path = Write("x.jsonl", lines);
  ImportCleanly(path);
  const auto messages = Messages("c");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].created_at(), Timestamp{std::chrono::seconds{-14'182'940}});
  EXPECT_EQ(messages[1].created_at(), Timestamp{std::chrono::sys_days{std::chrono::year{2300} / 1 / 1}});
  ImportCleanly(path);
  EXPECT_EQ(report.messages_added, 0U);
}

}  // namespace
}  // namespace rookery::admin
