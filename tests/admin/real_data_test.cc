// Real chat and mail data, where it is at hand: exact counts, nothing new on a second import, and an export that a
// store with another routing gives back unchanged. The data is not part of this project: ROOKERY_TEST_DATA names its
// folder, whose README.md has a section "What counts" with a table row "| folder | messages | ..." for each set.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "admin/text.h"
#include "tests/admin/import_fixture.h"

namespace rookery::admin {
namespace {

namespace fs = std::filesystem;

struct DataSet {
  fs::path folder;
  std::uint64_t messages = 0;
};

fs::path DataFolder() {
  const char* const named = std::getenv("ROOKERY_TEST_DATA");
  return named != nullptr ? fs::path(named) : fs::path(ROOKERY_SOURCE_DIR) / "../shared/data";
}

/// The folder and the count of a table row; nullopt: another line.
std::optional<DataSet> ParseRow(std::string_view line, const fs::path& data) {
  if (!line.starts_with('|')) return std::nullopt;
  line.remove_prefix(1);
  const std::string name(Trim(TakeUntil(&line, '|')));
  std::string count(Trim(TakeUntil(&line, '|')));
  count.erase(std::remove(count.begin(), count.end(), ','), count.end());
  const auto messages = ParseUnsigned(count);
  if (!messages || !fs::is_directory(data / name)) return std::nullopt;
  return DataSet{data / name, *messages};
}

std::vector<DataSet> ReadDataSets(const fs::path& data) {
  std::vector<DataSet> sets;
  std::ifstream readme(data / "README.md");
  bool counts = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("## ")) counts = line == "## What counts" || line.starts_with("## What counts ");
    const auto row = counts ? ParseRow(line, data) : std::nullopt;
    if (row) sets.push_back(*row);
  }
  return sets;
}

class RealDataTest : public ImportTest {
 protected:
  void SetUp() override {
    sets_ = ReadDataSets(DataFolder());
    if (sets_.empty()) GTEST_SKIP() << "there is no real data here; ROOKERY_TEST_DATA names the folder that has it";
  }

  std::vector<DataSet> sets_;
};

TEST_F(RealDataTest, EverySetGivesItsCountAndNothingMoreTheSecondTime) {
  for (const DataSet& set : sets_) {
    store = OpenMemoryStore();
    ImportCleanly(set.folder);
    EXPECT_EQ(report.messages_added, set.messages) << set.folder;
    ImportCleanly(set.folder);
    EXPECT_EQ(report.messages_added, 0U) << set.folder;
    EXPECT_EQ(store.Verify()->messages, set.messages) << set.folder;
  }
}

TEST_F(RealDataTest, ABulkImportGivesTheStoreThatAnOrdinaryOneGives) {
  for (const DataSet& set : sets_) {
    store = OpenMemoryStore();
    ImportCleanly(set.folder);
    const std::string ordinary = ExportText(store);
    const ImportReport expected = report;
    store = OpenMemoryStore();
    ImportCleanly(set.folder, {.bulk = true});
    EXPECT_TRUE(ExportText(store) == ordinary) << set.folder << ": the exports differ";
    EXPECT_EQ(report.messages_added, expected.messages_added) << set.folder;
    EXPECT_EQ(report.messages_existing, expected.messages_existing) << set.folder;
    ImportCleanly(set.folder, {.bulk = true});
    EXPECT_EQ(report.messages_added, 0U) << set.folder;
  }
}

TEST_F(RealDataTest, AllSetsTogetherComeBackFromAnotherRouting) {
  std::uint64_t expected = 0;
  for (const DataSet& set : sets_) {
    ImportCleanly(set.folder);
    expected += set.messages;
  }
  const std::string text = ExportText(store);
  store = OpenMemoryStore(RangeRouting{.splits = {"a", "m"}});
  ImportCleanly(Write("export.jsonl", text));
  EXPECT_EQ(report.messages_added, expected);
  EXPECT_TRUE(ExportText(store) == text) << "the exports differ";
}

/// Its channels, the largest first.
std::vector<std::string> ChannelsBySize(const Store& store) {
  std::vector<std::pair<std::uint64_t, std::string>> sizes;
  const ChannelPage page = *store.Channels({.limit = 1000});
  for (const std::string& channel : page.channels) {
    sizes.emplace_back(store.SizeOf(channel)->messages, channel);
  }
  std::sort(sizes.rbegin(), sizes.rend());
  std::vector<std::string> channels;
  for (auto& [size, channel] : sizes) channels.push_back(std::move(channel));
  return channels;
}

TEST_F(RealDataTest, AllSetsTogetherAreTheSameWhateverIsDoneToTheShards) {
  store = *Store::Open(dir.path() / "real", {.routing = HashRouting{.shards = 4}});
  for (const DataSet& set : sets_) ImportCleanly(set.folder);
  const std::string text = ExportText(store);
  const Fingerprint print = store.VerifyReshard()->store;
  const std::vector<std::string> channels = ChannelsBySize(store);
  ASSERT_GT(channels.size(), 2U);
  const std::string& middle = *std::max_element(channels.begin(), channels.begin() + 2);
  const std::vector<ReshardRequest> requests{SpreadChannel{channels[0], 4},
                                             ResizeShards{9},
                                             SpreadChannel{channels[1], 6},
                                             SplitShard{ShardId{0}},
                                             MergeShards{ShardId{3}, ShardId{1}},
                                             MoveSlots{100, 900, ShardId{5}},
                                             RebalanceShards{},
                                             ResizeShards{3},
                                             ChangeStrategy{DirectoryRouting{.shards = 4}},
                                             MoveChannel{channels[0], ShardId{3}},
                                             RebalanceShards{},
                                             ResizeShards{6},
                                             MergeShards{ShardId{0}, ShardId{2}},
                                             SpreadChannel{channels[0], 1},
                                             ChangeStrategy{RangeRouting{.splits = {middle}}},
                                             SpreadChannel{channels[0], 2},
                                             MoveRange{"", middle, ShardId{1}},
                                             SplitShard{ShardId{1}},
                                             MoveChannel{channels[1], ShardId{0}},
                                             ChangeStrategy{HashRouting{.shards = 5}}};
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto started = store.StartReshard(requests[i], {.share = 1});
    ASSERT_TRUE(started.has_value()) << "operation " << i << ": " << started.error().ToString();
    ASSERT_TRUE(store.AwaitReshard(std::chrono::minutes{5}).ok());
    const auto job = *store.Reshard();
    ASSERT_TRUE(!job || job->phase == ReshardPhase::kDone) << job->request << ": " << job->paused_reason;
    EXPECT_TRUE(ExportText(store) == text) << "operation " << i << ": the exports differ";
    EXPECT_EQ(store.VerifyReshard()->store, print) << "operation " << i;
    EXPECT_TRUE(store.Verify()->ok()) << "operation " << i;
  }
}

}  // namespace
}  // namespace rookery::admin
