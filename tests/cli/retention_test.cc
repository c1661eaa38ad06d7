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

TEST_F(RetentionTest, ShowTakesNoOptions) {
  Refused("show", {"--max-messages", "1"});
  Refused("show", {"--rate", "1"});
  Refused("show", {"--prefix", "a"});
}

}  // namespace
}  // namespace rookery::testing
