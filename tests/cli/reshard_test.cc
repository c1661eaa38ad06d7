// reshard plan: what it takes, and what it shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class ReshardTest : public CliTest {
 protected:
  void SetUp() override {
    WriteFile("many.jsonl", ManyMessages(300));
    Out({"init", "s", "--routing", "range", "--splits", "m"});
    Out({"import", "s", "many.jsonl"});
  }
  void Refused(const Arguments& more, const std::string& why) const {
    Arguments arguments{"reshard", "plan", "s"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = Rookery(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.error, HasSubstr(why));
  }
};

TEST_F(ReshardTest, ShowsWhatMovesAndChangesNothing) {
  const std::size_t channels = OutJsonLines({"channels", "s"}).size();
  const Outcome outcome = Rookery({"reshard", "plan", "s", "--strategy", "hash", "--shards", "1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("range over 2 shards -> hash over 1 shard"));
  std::uint64_t stays = 0;
  for (const Json& shard : OutJsonLines({"shards", "s"})) {
    if (shard["shard"] == 0) stays = shard["channels"];
  }
  std::uint64_t moved = 0;
  for (const Json& transfer : OutJsonLines({"reshard", "plan", "s", "--strategy", "hash", "--shards", "1"})) {
    EXPECT_EQ(transfer["to"], 0);
    moved += transfer["channels"].get<std::uint64_t>();
  }
  EXPECT_EQ(moved + stays, channels);
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 2);
}

TEST_F(ReshardTest, EveryChangeCanBePlanned) {
  for (const Arguments& change : {Arguments{"--shards", "1"},
                                  {"--split", "0", "--at", "c"},
                                  {"--merge", "1", "--into", "0"},
                                  {"--move", "b", "--into", "1"},
                                  {"--range", "a", "--end", "b", "--into", "1"},
                                  {"--rebalance", "messages"},
                                  {"--strategy", "directory", "--shards", "4"}}) {
    Arguments arguments{"reshard", "plan", "s"};
    arguments.insert(arguments.end(), change.begin(), change.end());
    Out(arguments);
  }
  Out({"init", "h", "--routing", "hash", "--shards", "2"});
  Out({"reshard", "plan", "h", "--slots", "0-63", "--into", "1"});
  Out({"reshard", "plan", "h", "--strategy", "range", "--splits", "g,p"});
}

TEST_F(ReshardTest, WhatDoesNotFitIsRefused) {
  Refused({}, "one change");
  Refused({"--shards", "3", "--split", "0"}, "one change");
  Refused({"--merge", "1"}, "--into is missing");
  Refused({"--split", "0", "--into", "1"}, "--into needs");
  Refused({"--shards", "3", "--at", "a"}, "--at needs --split");
  Refused({"--shards", "3", "--end", "a"}, "--end needs --range");
  Refused({"--strategy", "range"}, "needs --splits");
  Refused({"--shards", "3", "--splits", "a"}, "--splits needs");
  Refused({"--slots", "a-b", "--into", "1"}, "is not slots such as");
  Refused({"--slots", "1-2", "--into", "1"}, "no slots");
  Refused({"--merge", "7", "--into", "0"}, "shard 7");
}

}  // namespace
}  // namespace rookery::testing
