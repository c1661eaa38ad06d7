// init, info, channels, route, shards, stats and verify.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "rookery/store.h"
#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class StoreCommandsTest : public CliTest {
 protected:
  std::string Field(const Arguments& arguments, const std::string& name) const {
    for (const std::string& line : Lines(Out(arguments))) {
      if (Cells(line).at(0) == name) return Cells(line).at(1);
    }
    return "no field " + name;
  }
};

TEST_F(StoreCommandsTest, InitCreatesWhatInfoTells) {
  const Json made = OutJson({"init", "s", "--shards", "3", "--epoch", "discord", "--worker", "7"});
  Json told = OutJson({"info", "s"});
  EXPECT_EQ(made["schema"], "rookery.init.v1");
  EXPECT_EQ(told["schema"], "rookery.info.v1");
  EXPECT_EQ(told["store_id"], made["store_id"]);
  EXPECT_EQ(told["shards"], 3);
  EXPECT_EQ(told["routing"], "hash");
  EXPECT_EQ(told["epoch"], "2015-01-01T00:00:00.000Z");
  EXPECT_EQ(Field({"info", "s"}, "shards"), "3");
}

TEST_F(StoreCommandsTest, InitRefusesWhatIsThere) {
  Init();
  EXPECT_EQ(Rookery({"init", "s"}).exit_code, 5);
  std::filesystem::create_directory(directory() / "full");
  WriteFile("full/letter.txt", "dear");
  EXPECT_EQ(Rookery({"init", "full"}).exit_code, 10);
  EXPECT_EQ(ReadFile("full/letter.txt"), "dear");
}

TEST_F(StoreCommandsTest, InitRefusesAnEpochWithoutIds) {
  for (const char* epoch : {"-9223372036854775808", "9223372036854775807", "3000-01-01", "1900-01-01"}) {
    const Outcome outcome = Rookery({"init", "s", std::string("--epoch=") + epoch});
    EXPECT_EQ(outcome.exit_code, 2) << epoch;
    EXPECT_THAT(outcome.error, HasSubstr("epoch"));
    EXPECT_FALSE(std::filesystem::exists(directory() / "s"));
  }
}

TEST_F(StoreCommandsTest, InitMakesRangesFromSplitsAndFiles) {
  EXPECT_EQ(OutJson({"init", "a", "--routing", "range", "--splits", "g,p"})["shards"], 3);
  WriteFile("splits.txt", "d\nm\nt\n");
  EXPECT_EQ(OutJson({"init", "b", "--routing", "range", "--splits-file", "splits.txt"})["shards"], 4);
  EXPECT_EQ(OutJsonLines({"route", "a", "apple", "great", "zebra"})[2]["shard"], 2);
}

TEST_F(StoreCommandsTest, InitAssignsChannelsInADirectory) {
  Out({"init", "s", "--routing", "directory", "--weights", "1,1,2", "--assign", "general=2", "--assign", "a=b=1"});
  const std::vector<Json> routes = OutJsonLines({"route", "s", "general", "a=b", "unseen"});
  EXPECT_EQ(routes.at(0)["shard"], 2);
  EXPECT_EQ(routes.at(1)["shard"], 1);
  EXPECT_EQ(routes.at(2)["placed"], false);
}

TEST_F(StoreCommandsTest, ChannelsAreSortedAndTakeAPrefix) {
  Init();
  for (const char* channel : {"dm/2", "general", "dm/1"}) Post(channel, "x");
  EXPECT_THAT(Lines(Out({"channels", "s"})), ElementsAre("dm/1\t1\t60", "dm/2\t1\t60", "general\t1\t63"));
  EXPECT_THAT(Lines(Out({"channels", "s", "--prefix", "dm/", "--after", "dm/1"})), ElementsAre("dm/2\t1\t60"));
  EXPECT_THAT(Lines(Out({"channels", "s", "--limit", "1"})), ElementsAre("dm/1\t1\t60"));
}

TEST_F(StoreCommandsTest, ChannelsThatAreNotTextAreShownAsTheyAre) {
  Init();
  Post("caf\xe9\t", "x");
  EXPECT_THAT(Out({"channels", "s"}), StartsWith("caf\xe9\\t\t1\t"));
  EXPECT_EQ(OutJsonLines({"channels", "s"}).at(0)["channel_b64"], "Y2Fm6Qk=");
}

TEST_F(StoreCommandsTest, RepairCountsAnewAndMendsNothingInASoundStore) {
  Init();
  for (const char* channel : {"a", "b", "a"}) Post(channel, "x");
  const Json report = OutJson({"repair", "s"});
  EXPECT_EQ(report["messages"], 3);
  EXPECT_EQ(report["buckets"], 2);
  EXPECT_EQ(report["buckets_mended"], 0);
}

TEST_F(StoreCommandsTest, RouteGivesTheSameAnswerEachTime) {
  Init();
  const std::string before = Out({"route", "s", "general", "random"});
  Post("general", "x");
  EXPECT_EQ(Out({"route", "s", "general", "random"}), before);
  EXPECT_THAT(Lines(before), SizeIs(2));
  EXPECT_THAT(before, HasSubstr("shard-000"));
}

TEST_F(StoreCommandsTest, ShardsCountChannelsAndExactlyMessages) {
  Init();
  for (const char* channel : {"a", "b", "c", "a"}) Post(channel, "x");
  std::uint64_t channels = 0;
  for (const Json& shard : OutJsonLines({"shards", "s"})) channels += shard["channels"].get<std::uint64_t>();
  EXPECT_EQ(channels, 3);
  std::uint64_t messages = 0;
  for (const Json& shard : OutJsonLines({"shards", "s", "--exact"})) messages += shard["messages"].get<std::uint64_t>();
  EXPECT_EQ(messages, 4);
  EXPECT_THAT(Lines(Out({"shards", "s"})), SizeIs(2));
}

TEST_F(StoreCommandsTest, StatsTellSizes) {
  Init();
  const Json stats = OutJson({"stats", "s"});
  EXPECT_EQ(stats["shards"].size(), 2);
  EXPECT_GT(stats["disk_bytes"], 0);
}

TEST_F(StoreCommandsTest, StatsTellCountersOfTheLastProcessThatHadTheStoreOpen) {
  Init();
  Post("general", "x");
  const Json stats = OutJson({"stats", "s"});
  EXPECT_EQ(stats["in_use"], false);
  EXPECT_EQ(stats["messages_posted"], 1);
  EXPECT_EQ(stats["cache_hit_ratio"], 0);
}

TEST_F(StoreCommandsTest, StatsTellThePlanOfMemoryAndWhatIsUsedOfIt) {
  Init();
  Post("general", "x");
  const Json memory = OutJson({"stats", "s"})["memory"];
  ASSERT_THAT(memory, SizeIs(6));
  for (const Json& part : memory) EXPECT_GT(part["budget"], 0) << part;
  EXPECT_EQ(memory[4]["part"], "loaders");
  EXPECT_EQ(memory[4]["used"], 0);
  EXPECT_THAT(Out({"stats", "s"}), HasSubstr("memory_loaders_used\t0\nmemory_loaders_budget\t"));
}

TEST_F(StoreCommandsTest, StatsShowALiveStoreAtWork) {
  Init();
  auto store = Store::Open(directory() / "s", {.stats_interval = std::chrono::milliseconds{1}});
  ASSERT_TRUE(store) << store.status();
  const auto id = store->Post({.channel = "general", .author = "a", .content = "x"});
  ASSERT_TRUE(id) << id.status();
  for (int i = 0; i < 64; ++i) EXPECT_TRUE(store->History("general", {}));
  while (OutJson({"stats", "s"})["page_reads"] != 64) {
  }
  const Json stats = OutJson({"stats", "s"});
  EXPECT_EQ(stats["in_use"], true);
  EXPECT_EQ(stats["cache_windows"], 1);
  EXPECT_EQ(stats["cache_window_hits"], 63);
  EXPECT_EQ(stats["cache_hit_ratio"], 0.9844);
  EXPECT_EQ(stats["shards"].size(), 2);
  EXPECT_EQ(OutJsonLines({"stats", "s", "--hot"}).at(0)["channel"], "general");
}

TEST_F(StoreCommandsTest, StatsEveryShowsWhatHappensPerSecond) {
  Init();
  auto store = Store::Open(directory() / "s", {.stats_interval = std::chrono::milliseconds{1}});
  ASSERT_TRUE(store) << store.status();
  const std::vector<Json> lines = OutJsonLines({"stats", "s", "--every", "0.001", "--count", "3"});
  ASSERT_EQ(lines.size(), 3);
  for (const Json& line : lines) EXPECT_EQ(line["posts"], 0);
}

TEST_F(StoreCommandsTest, StatsEveryEndsWhenTheStoreIsClosed) {
  Init();
  EXPECT_THAT(OutJsonLines({"stats", "s", "--every", "1"}), SizeIs(1));
}

TEST_F(StoreCommandsTest, VerifyCountsAndFindsNothingWrong) {
  Init();
  Post("general", "x");
  Out({"put", "s", "general", "k", "v"});
  const Json report = OutJson({"verify", "s"});
  EXPECT_EQ(report["ok"], true);
  EXPECT_EQ(report["messages"], 1);
  EXPECT_EQ(report["records"], 1);
  EXPECT_EQ(report["problems"], Json::array());
}

TEST_F(StoreCommandsTest, VerboseShowsTheStoresLogOnStderr) {
  const Outcome outcome = Rookery({"init", "s", "--shards", "1", "--verbose"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(Rookery({"info", "s"}).error, "");
}

}  // namespace
}  // namespace rookery::testing
