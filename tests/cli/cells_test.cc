// cells list, add, move and reopen, the shards of a cell, and what is read when one is quarantined.
#include <filesystem>
#include <map>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class CellsCliTest : public CliTest {
 protected:
  void SetUp() override {
    Init();
    Out({"cells", "add", "s", "dm", "--prefix", "dm/", "--shards", "2"});
  }
  Json Cell(const std::string& name) const {
    for (Json& cell : OutJsonLines({"cells", "list", "s"})) {
      if (cell["name"] == name) return cell;
    }
    return {};
  }
  void Refused(const Arguments& arguments, int exit_code, const std::string& why) const {
    const Outcome outcome = Rookery(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr(why));
  }
};

TEST_F(CellsCliTest, ACellThatWasAddedHasItsChannels) {
  Post("dm/1", "hello");
  Post("general", "hello");
  EXPECT_EQ(Cell("dm")["state"], "open");
  EXPECT_EQ(Cell("dm")["shards"], 2);
  EXPECT_EQ(Cell("main")["prefixes"], "");
  EXPECT_EQ(OutJsonLines({"channels", "s"}).size(), 2U);
  EXPECT_THAT(Out({"route", "s", "dm/1"}), HasSubstr("prefix \"dm/\""));
  EXPECT_TRUE(fs::exists(directory() / "s" / "cells" / "dm" / "ROOKERY"));
}

TEST_F(CellsCliTest, AShardIsOfOneCell) {
  Out({"reshard", "plan", "s", "--cell", "dm", "--split", "0"});
  Out({"reshard", "plan", "s", "--cell", "dm", "--merge", "dm/0", "--into", "1"});
  Refused({"reshard", "plan", "s", "--cell", "main", "--split", "dm/0"}, 2, "shards of cells main and dm");
  Refused({"reshard", "plan", "s", "--merge", "0", "--into", "dm/1"}, 2, "shards of cells main and dm");
  Refused({"reshard", "plan", "s", "--merge", "dm/1", "--into", "0"}, 2, "shards of cells dm and main");
  Refused({"reshard", "plan", "s", "--cell", "nowhere", "--shards", "3"}, 4, "and the cells: rookery cells list STORE");
  EXPECT_THAT(Rookery({"reshard", "verify", "s"}).error, HasSubstr("--cell NAME proves another one's"));
}

TEST_F(CellsCliTest, ChannelsMoveByNameAndByPrefix) {
  Post("general", "one");
  Post("games", "two");
  EXPECT_EQ(OutJson({"cells", "move", "s", "dm", "--channel", "general"})["messages"], 1);
  EXPECT_EQ(OutJson({"cells", "move", "s", "dm", "--prefix", "g"})["channels"], 1);
  EXPECT_EQ(Cell("dm")["channels"], 2);
  EXPECT_EQ(OutJson({"cells", "move", "s", "main", "--prefix", ""})["channels"], 2);
  EXPECT_THAT(Out({"history", "s", "general"}), HasSubstr("one"));
  Out({"verify", "s"});
}

TEST_F(CellsCliTest, AQuarantinedCellIsToldAndOthersAreRead) {
  Post("dm/1", "hello");
  Post("general", "hello");
  fs::rename(directory() / "s" / "cells" / "dm", directory() / "away");
  EXPECT_EQ(Cell("dm")["state"], "quarantined");
  EXPECT_THAT(Cell("dm")["reason"].get<std::string>(), HasSubstr("there is no store at"));
  EXPECT_THAT(Out({"history", "s", "general"}), HasSubstr("hello"));
  Refused({"history", "s", "dm/1"}, 1, "cell dm is quarantined");
  Refused({"channels", "s"}, 1, "cell dm is quarantined");
  Refused({"cells", "reopen", "s", "dm"}, 10, "there is no store at");
  fs::rename(directory() / "away", directory() / "s" / "cells" / "dm");
  Out({"cells", "reopen", "s", "dm"});
}

TEST_F(CellsCliTest, ShardsCountTheChannelsOfTheirOwnCell) {
  for (const char* channel : {"dm/1", "dm/2", "dm/3", "general"}) Post(channel, "hello");
  const auto channels_by_cell = [this](const Arguments& call) {
    std::map<bool, int> channels;
    for (const Json& shard : OutJsonLines(call)) {
      channels[shard["name"].get<std::string>().starts_with("dm/")] += shard["channels"].get<int>();
    }
    return channels;
  };
  EXPECT_EQ(channels_by_cell({"shards", "s"}), (std::map<bool, int>{{true, 3}, {false, 1}}));
  EXPECT_EQ(channels_by_cell({"shards", "s", "--exact"}), (std::map<bool, int>{{true, 3}, {false, 1}}));
}

/// One channel in the cell "dm", which is then gone, and one in the main cell.
class LeaveOutCellsTest : public CellsCliTest {
 protected:
  void SetUp() override {
    CellsCliTest::SetUp();
    Post("dm/1", "hello");
    Post("general", "hello");
    fs::rename(directory() / "s" / "cells" / "dm", directory() / "away");
  }
  /// The calls that read the whole store.
  const std::vector<Arguments> calls_ = {
      {"channels", "s"}, {"export", "s"}, {"verify", "s"}, {"shards", "s"}, {"shards", "s", "--exact"}};
};

TEST_F(LeaveOutCellsTest, ReadsWhatTheOthersHave) {
  EXPECT_EQ(Lines(Out({"channels", "s", "--leave-out-cells"})).size(), 1U);
  EXPECT_EQ(OutJson({"verify", "s", "--leave-out-cells"})["messages"], 1);
  EXPECT_EQ(OutJson({"export", "s", "--leave-out-cells", "--output", "out.jsonl"})["channels"], 1);
  EXPECT_THAT(ReadFile("out.jsonl"), HasSubstr("general"));
  EXPECT_EQ(OutJsonLines({"shards", "s", "--leave-out-cells"}).size(), 2U);
  EXPECT_EQ(OutJsonLines({"shards", "s", "--exact", "--leave-out-cells"}).size(), 2U);
}

TEST_F(LeaveOutCellsTest, NamesThemOnStderrAlsoWhenQuiet) {
  for (Arguments call : calls_) {
    call.insert(call.end(), {"--leave-out-cells", "--quiet"});
    const Outcome outcome = Rookery(call);
    EXPECT_EQ(outcome.exit_code, 0) << call.front();
    EXPECT_THAT(outcome.error, StartsWith("cell dm is left out, as it is quarantined: there is no store at"));
    EXPECT_EQ(Lines(outcome.error).size(), 1U);
    EXPECT_THAT(outcome.out, Not(HasSubstr("dm")));
  }
}

TEST_F(LeaveOutCellsTest, NamesThemAsJson) {
  const Outcome outcome = Rookery({"channels", "s", "--leave-out-cells", "--json"});
  const Json note = Json::parse(outcome.error, nullptr, false);
  ASSERT_TRUE(note.is_object()) << outcome.error;
  EXPECT_EQ(note["left_out"]["cell"], "dm");
  EXPECT_THAT(note["left_out"]["reason"].get<std::string>(), HasSubstr("there is no store at"));
}

TEST_F(LeaveOutCellsTest, WithoutItEveryCommandTellsOfIt) {
  for (const Arguments& call : calls_) {
    Refused(call, 1, "cell dm is quarantined");
    Refused(call, 1, "rookery " + call.front() + " STORE --leave-out-cells");
  }
}

TEST_F(LeaveOutCellsTest, AChannelThatIsNamedIsNotLeftOut) {
  Refused({"export", "s", "--channel", "dm/1", "--leave-out-cells"}, 2, "--channel");
  EXPECT_THAT(Rookery({"export", "s", "--channel", "dm/1"}).error, Not(HasSubstr("--leave-out-cells")));
  EXPECT_THAT(Out({"export", "s", "--channel", "general"}), HasSubstr("hello"));
}

TEST_F(LeaveOutCellsTest, SaysNothingWhenAllAreThere) {
  fs::rename(directory() / "away", directory() / "s" / "cells" / "dm");
  for (Arguments call : calls_) {
    call.emplace_back("--leave-out-cells");
    const Outcome outcome = Rookery(call);
    EXPECT_EQ(outcome.exit_code, 0) << call.front();
    EXPECT_EQ(outcome.error, "") << call.front();
  }
}

TEST_F(CellsCliTest, ShardsOfDifferentCellsAreNotMerged) {
  Refused({"reshard", "plan", "s", "--merge", "dm/1", "--into", "main/0"}, 2, "shards of cells dm and main");
  Refused({"reshard", "plan", "s", "--cell", "nowhere", "--shards", "3"}, 4, "no cell");
  Out({"reshard", "apply", "s", "--merge", "dm/1", "--into", "dm/0", "--yes"});
  EXPECT_EQ(Cell("dm")["shards"], 1);
  Out({"reshard", "apply", "s", "--cell", "dm", "--shards", "3", "--yes"});
  EXPECT_EQ(OutJson({"reshard", "status", "s", "--cell", "dm"})["phase"], "done");
  EXPECT_EQ(OutJson({"reshard", "status", "s"})["phase"], "none");
}

TEST_F(CellsCliTest, WhatIsWrongIsNamed) {
  Refused({"cells", "add", "s", "dm"}, 5, "has a cell dm already");
  Refused({"cells", "add", "s"}, 2, "needs the name of a cell");
  Refused({"cells", "list", "s", "dm"}, 2, "takes no cell");
  Refused({"cells", "move", "s", "dm"}, 2, "--channel or --prefix");
  Refused({"cells", "list", "s", "--quota", "1MiB"}, 2, "list does not take --quota");
  Refused({"post", "s/cells/dm", "dm/1", "text", "--author", "ada"}, 2, "is cell dm of store");
}

}  // namespace
}  // namespace rookery::testing
