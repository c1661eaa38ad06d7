// A bulk import gives the store that an ordinary one gives, tells the same problems, and is all or nothing.
#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Line(int id, std::string_view content) {
  return R"({"channel":"c","id":)" + std::to_string(id) + R"(,"content":")" + std::string(content) +
         R"(","created_at":"2026-01-01"})" + "\n";
}

class BulkImportTest : public ImportTest {
 protected:
  /// Imports both ways, into two stores, and compares what came of it.
  void ExpectSameBothWays(const std::filesystem::path& path) {
    ASSERT_OK(Import(path));
    const std::string ordinary = ExportText(store);
    const ImportReport expected = report;
    const std::vector<SeenProblem> expected_problems = problems;
    store = OpenMemoryStore();
    problems.clear();
    ASSERT_OK(Import(path, {.bulk = true}));
    EXPECT_EQ(ExportText(store), ordinary);
    EXPECT_EQ(report.messages_read, expected.messages_read);
    EXPECT_EQ(report.messages_added, expected.messages_added);
    EXPECT_EQ(report.messages_existing, expected.messages_existing);
    ASSERT_EQ(report.problems, expected.problems);
    for (std::size_t i = 0; i < problems.size(); ++i) {
      EXPECT_EQ(problems[i].position, expected_problems[i].position);
      EXPECT_EQ(problems[i].reason, expected_problems[i].reason);
    }
  }
};

TEST_F(BulkImportTest, GivesWhatAnOrdinaryOneGives) {
  Write("all/#chan/2016-01-25.log", "12:34 < ada> irc\n12:34 < ada> irc\n12:35 < bob> more\n");
  Write("all/x.jsonl", Line(1, "one") + Line(2, "two") + Line(1, "one"));
  Write("all/slack/channels.json", "[]");
  Write("all/slack/general/2018-02-02.json", R"([{"text":"slack","ts":"1.0"},{"text":"again","ts":"2.0"}])");
  ExpectSameBothWays(dir / "all");
}

TEST_F(BulkImportTest, TellsTheSameProblemsOfMessagesThatCannotKeepTheirId) {
  ExpectSameBothWays(Write("x.jsonl", Line(1, "one") + Line(2, "two") + Line(1, "another") + "broken\n"));
}

TEST_F(BulkImportTest, AMessageOverTheLimitsIsAProblemAndTheRestIsImported) {
  std::string text = Line(1, "fine");
  text += R"({"channel":")" + std::string(2000, 'c') + R"(","id":2,"content":"x"})" + "\n" + Line(3, "fine, too");
  ExpectSameBothWays(Write("x.jsonl", text));
  EXPECT_THAT(Contents("c"), ElementsAre("fine", "fine, too"));
}

TEST_F(BulkImportTest, TheSecondTimeAddsNothing) {
  const auto path = Write("x.jsonl", Line(1, "one") + Line(2, "two"));
  ImportCleanly(path, {.bulk = true});
  EXPECT_EQ(report.messages_added, 2U);
  ImportCleanly(path, {.bulk = true});
  EXPECT_EQ(report.messages_added, 0U);
  EXPECT_EQ(report.messages_existing, 2U);
}

TEST_F(BulkImportTest, OneThatIsStoppedWhileItWritesHasAddedNothing) {
  const auto path = Write("x.jsonl", Line(1, "one"));
  std::vector<std::string> phases;
  const auto stop = [&](const ImportProgress& now) {
    phases.emplace_back(now.phase);
    return now.phase.empty();
  };
  EXPECT_CODE(Import(path, {.bulk = true, .progress = stop}), StatusCode::kInterrupted);
  EXPECT_EQ(phases.back(), "publishing");
  EXPECT_EQ(report.messages_added, 0U);
  EXPECT_THAT(Contents("c"), SizeIs(0));
  ImportCleanly(path, {.bulk = true});
  EXPECT_EQ(report.messages_added, 1U);
}

TEST_F(BulkImportTest, OneWithTooManyProblemsHasAddedNothing) {
  const auto path = Write("x.jsonl", Line(1, "one") + Line(1, "another") + Line(1, "third"));
  EXPECT_CODE(Import(path, {.max_errors = 1, .bulk = true}), StatusCode::kCorruption);
  EXPECT_THAT(Contents("c"), SizeIs(0));
}

TEST_F(BulkImportTest, TooLittleMemoryIsRefused) {
  const Status status = Import(Write("x.jsonl", Line(1, "one")), {.bulk = true, .bulk_memory_bytes = 1000});
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("memory_bytes"));
}

}  // namespace
}  // namespace rookery::admin
