// A dry run sees what an import sees: the same input gives the same counts and the same problems, line by line.
#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;

class DryRunTest : public ImportTest {
 protected:
  /// Imports twice, dry and in earnest; both must tell problems at the same lines, which it returns.
  std::vector<std::uint64_t> ProblemsOfBoth(const std::string& text) {
    const auto path = Write("x.jsonl", text);
    EXPECT_OK(Import(path, {.dry_run = true}));
    const ImportReport dry = report;
    std::vector<std::uint64_t> dry_lines = Lines();
    EXPECT_TRUE(Messages("c").empty());
    EXPECT_OK(Import(path));
    EXPECT_EQ(dry.messages_read, report.messages_read);
    EXPECT_EQ(dry.records_read, report.records_read);
    EXPECT_EQ(dry.problems, report.problems);
    EXPECT_EQ(dry_lines, Lines());
    EXPECT_EQ(report.messages_read + report.records_read,
              report.messages_added + report.records_added + report.problems);
    return dry_lines;
  }

 private:
  /// Sorted: what the store refuses is told when its batch is posted.
  std::vector<std::uint64_t> Lines() const {
    std::vector<std::uint64_t> lines;
    for (const SeenProblem& problem : problems) lines.push_back(problem.position);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
};

/// A message with these fields more; each has an id of its own.
std::string Line(std::string_view fields) {
  static int next_id = 0;
  std::string line = R"({"channel":"c","id":)" + std::to_string(++next_id);
  return line.append(fields.empty() ? "" : ",").append(fields).append("}\n");
}

std::string RecordLine(std::string_view key, std::string_view fields) {
  return R"({"type":"record","channel":"c","key":")" + std::string(key) + "\"" + std::string(fields) + "}\n";
}

TEST_F(DryRunTest, TellsOfEveryMessageThatTheStoreRefuses) {
  const std::string long_name(256, 'n');
  const std::string long_text(2 << 20, 'x');
  std::string many;
  for (int i = 0; i < 65; ++i) many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"v\"";
  EXPECT_THAT(ProblemsOfBoth(Line("") +                                                              //
                             Line(R"("attributes":{"":"v"})") +                                      // 2
                             Line(R"("attributes":{"k":"v","k":"w"})") +                             // 3
                             Line(R"("attributes":{"k":"v"},"attributes_b64":[["aw==","dg=="]])") +  // 4
                             Line(R"("attributes":{")" + long_name + "\":\"v\"}") +                  // 5
                             Line("\"attributes\":{" + many + "}") +                                 // 6
                             Line(R"("attributes":{"k":")" + std::string(70'000, 'v') + "\"}") +     // 7
                             Line("\"content\":\"" + long_text + "\"") +                             // 8
                             Line("\"author\":\"" + std::string(1025, 'a') + "\"") +                 // 9
                             Line("\"nonce\":\"" + long_name + "\"") +                               // 10
                             Line(R"("version":18446744073709551615)") +                             // 11
                             Line(R"("version":9223372036854775807)")),
              ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
}

TEST_F(DryRunTest, TellsOfEveryRecordThatTheStoreRefusesAndCountsThem) {
  EXPECT_THAT(
      ProblemsOfBoth(RecordLine("k1", R"(,"value":"v")") +                                                     //
                     RecordLine(std::string(1025, 'k'), "") +                                                  // 2
                     RecordLine("k3", ",\"value\":\"" + std::string(2 << 20, 'v') + "\"") +                    // 3
                     RecordLine("k4", R"(,"version":18446744073709551615)") +                                  // 4
                     "{\"type\":\"record\",\"channel\":\"" + std::string(1025, 'c') + "\",\"key\":\"k\"}\n" +  // 5
                     RecordLine("k6", "")),
      ElementsAre(2, 3, 4, 5));
  EXPECT_EQ(report.records_read, 6U);
}

}  // namespace
}  // namespace rookery::admin
