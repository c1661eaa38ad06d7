// cells list, add, move and reopen, and the shards of a cell.
#include <filesystem>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
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
