// autopilot: what it plans, that a run does just that and writes it down, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class AutopilotTest : public CliTest {
 protected:
  void SetUp() override {
    WriteFile("many.jsonl", ManyMessages(300));
    Out({"init", "s", "--routing", "range", "--splits", "m"});
    Out({"import", "s", "many.jsonl"});
  }

  /// Of a store that is too large by far.
  static Arguments Autopilot(const std::string& action, const Arguments& more = {}) {
    Arguments arguments{"autopilot", action, "s", "--target-bytes", "1K", "--min-shards", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  void Refused(const Arguments& arguments, const std::string& why) const {
    const Outcome outcome = Rookery(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << why;
    EXPECT_THAT(outcome.error, HasSubstr(why));
  }
  std::vector<Json> Log() const { return OutJsonLines({"autopilot", "--log", "s"}); }
};

TEST_F(AutopilotTest, ShowsWhatItWouldDoAndWhy) {
  const std::vector<Json> lines = OutJsonLines(Autopilot("--plan"));
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0]["decision"], "split shard-0000");
  EXPECT_THAT(lines[0]["reason"], HasSubstr("% of target_bytes"));
  EXPECT_GT(lines[0]["bytes"], 0);
  EXPECT_FALSE(lines[0].contains("held_back"));
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 2);
  EXPECT_TRUE(Log().empty());
}

TEST_F(AutopilotTest, ShowsWhyNothingIsDone) {
  const std::vector<std::string> cells = Cells(Lines(Out({"autopilot", "s", "--plan"})).at(0));
  EXPECT_EQ(cells.at(0), "none");
  EXPECT_THAT(cells.at(3), HasSubstr("no shard is above 70 %"));
  const Json run = OutJson({"autopilot", "s", "--run", "--yes"});
  EXPECT_EQ(run["phase"], "none");
  EXPECT_EQ(OutJsonLines(Autopilot("--plan", {"--budget", "1"})).at(0)["decision"], "none");
}

TEST_F(AutopilotTest, ARunDoesWhatWasPlannedOnce) {
  const std::string before = Out({"export", "s"});
  const Outcome refused = Rookery(Autopilot("--run"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.out, HasSubstr("split shard-0000"));
  EXPECT_THAT(refused.error, HasSubstr("without --yes"));
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 2);
  EXPECT_EQ(OutJson(Autopilot("--run", {"--yes", "--share", "100"}))["phase"], "done");
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 3);
  EXPECT_EQ(Out({"export", "s"}), before);
  const Outcome again = Rookery(Autopilot("--run", {"--yes"}));
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.error, HasSubstr("not now: quiet for another 60 min; then split shard-000"));
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 3);
}

TEST_F(AutopilotTest, TheLogTellsWhatWasDone) {
  EXPECT_EQ(OutJson(Autopilot("--run", {"--yes", "--share", "100"}))["phase"], "done");
  const std::vector<Json> log = Log();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0]["decision"], "split shard-0000");
  EXPECT_EQ(log[0]["outcome"], "done");
  EXPECT_THAT(log[0]["reason"], HasSubstr("% of target_bytes"));
  EXPECT_GE(log[0]["ended_at"], log[0]["decided_at"]);
}

TEST_F(AutopilotTest, KeepsOffAJobAndIsQuietAfterIt) {
  EXPECT_EQ(OutJson(Autopilot("--run", {"--yes", "--keep", "1h"}))["phase"], "switched");
  EXPECT_THAT(OutJsonLines(Autopilot("--plan")).at(0)["held_back"], HasSubstr("a reshard job is under way"));
  Out({"reshard", "revert", "s"});
  EXPECT_EQ(Log().at(0)["outcome"], "reverted");
  EXPECT_THAT(OutJsonLines(Autopilot("--plan")).at(0)["held_back"], HasSubstr("quiet for another"));
}

TEST_F(AutopilotTest, WhatDoesNotFitIsRefused) {
  Refused({"autopilot", "s"}, "give one of --plan, --run and --log");
  Refused({"autopilot", "s", "--plan", "--run"}, "cannot be given together");
  Refused(Autopilot("--plan", {"--yes"}), "--plan does not take --yes; it is for --run");
  Refused({"autopilot", "s", "--log", "--budget", "1G"}, "--log does not take --budget; it is for --plan and --run");
  Refused(Autopilot("--plan", {"--split-above", "101"}), "is not a percentage");
  Refused(Autopilot("--plan", {"--split-above", "50", "--merge-below", "26"}), "merge_below is 0.26");
  Refused(Autopilot("--plan", {"--max-shards", "0"}), "max_shards is 0");
  Refused(Autopilot("--plan", {"--target-bytes", "0"}), "target_bytes is 0");
}

}  // namespace
}  // namespace rookery::testing
