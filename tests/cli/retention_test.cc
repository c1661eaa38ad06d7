// retention set, show and run: what each takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class RetentionTest : public CliTest {
 protected:
  void SetUp() override { Init(); }
  /// The option is named, and nothing happens.
  void Refused(const std::string& action, const Arguments& more) const {
    Arguments arguments{"retention", action, "s"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = Rookery(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << action;
    EXPECT_THAT(outcome.error, HasSubstr(action + " does not take " + more.front()));
  }
};

TEST_F(RetentionTest, WhatSetsARuleTakesNoDryRun) {
  Refused("set", {"--dry-run", "--max-messages", "1"});
  Refused("set", {"--rate", "10", "--max-messages", "1"});
  EXPECT_EQ(Out({"retention", "show", "s"}), "");
}

TEST_F(RetentionTest, ARunTakesNoLimits) {
  Refused("run", {"--max-age", "1s"});
  Refused("run", {"--channel", "general"});
  EXPECT_EQ(OutJson({"retention", "run", "s"})["messages"], 0);
}

TEST_F(RetentionTest, OnlyARunRemovesAnything) {
  WriteFile("many.jsonl", ManyMessages(500));
  Out({"import", "s", "many.jsonl"});
  EXPECT_EQ(OutJson({"retention", "set", "s", "--max-messages", "1"})["removed"], false);
  const std::size_t channels = OutJsonLines({"channels", "s"}).size();
  Post("another", "one");
  Out({"repair", "s"});
  EXPECT_EQ(Lines(Out({"export", "s"})).size(), 501U);
  const std::vector<Json> due = OutJsonLines({"retention", "run", "s", "--dry-run"});
  EXPECT_EQ(due.size(), channels);
  EXPECT_EQ(Lines(Out({"export", "s"})).size(), 501U);
  EXPECT_EQ(OutJson({"retention", "run", "s"})["messages"], 500 - channels);
  EXPECT_EQ(Lines(Out({"export", "s"})).size(), channels + 1);
}

TEST_F(RetentionTest, RemovingARuleSaysWhetherThereWasOne) {
  Out({"retention", "set", "s", "--channel", "general", "--max-messages", "1"});
  const std::vector<Json> rules = OutJsonLines({"retention", "show", "s"});
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0]["max_messages"], 1);
  EXPECT_FALSE(rules[0].contains("max_bytes"));
  EXPECT_EQ(OutJson({"retention", "set", "s", "--channel", "nobody"})["removed"], false);
  EXPECT_EQ(OutJson({"retention", "set", "s", "--channel", "general"})["removed"], true);
}

TEST_F(RetentionTest, ShowTakesNoOptions) {
  Refused("show", {"--max-messages", "1"});
  Refused("show", {"--rate", "1"});
  Refused("show", {"--prefix", "a"});
}

}  // namespace
}  // namespace rookery::testing
