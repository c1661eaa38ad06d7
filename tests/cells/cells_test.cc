// What a store with several cells answers, to calls for a channel and for all.
#include <gmock/gmock.h>

#include "tests/cells/cells_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> ChannelsOf(const Result<ChannelPage>& page) {
  EXPECT_OK(page.status());
  return page ? page->channels : std::vector<std::string>();
}

/// Notes channels and contents.
class Notes final : public ScanSink {
 public:
  void BeginChannel(std::string_view channel) override { channel_ = channel; }
  ScanStep Take(const MessageView& message) override {
    lines.push_back(channel_ + ": " + std::string(message.content()));
    return ScanStep::kNext;
  }
  std::vector<std::string> lines;

 private:
  std::string channel_;
};

TEST_F(CellsTest, EveryChannelIsInOneCell) {
  PostEverywhere();
  EXPECT_EQ(store().Explain("general")->cell, "main");
  EXPECT_EQ(store().Explain("guild/1")->cell, "guilds");
  EXPECT_EQ(store().Explain("dm/1")->cell, "dm");
  EXPECT_THAT(store().Explain("dm/1")->steps.front().detail, HasSubstr("prefix \"dm/\""));
  for (const char* channel : {"general", "guild/1", "dm/1"}) {
    EXPECT_THAT(Contents(History(channel)), ElementsAre(std::string("in ") + channel));
  }
}

TEST_F(CellsTest, CellsAreThereAfterReopening) {
  PostEverywhere();
  Reopen();
  EXPECT_THAT(Contents(History("dm/1")), ElementsAre("in dm/1"));
  EXPECT_EQ(InfoOf("dm").state, CellState::kOpen);
  EXPECT_THAT(InfoOf("dm").prefixes, ElementsAre("dm/"));
  EXPECT_EQ(InfoOf("dm").shards, 2U);
  EXPECT_EQ(store().Cells()->front().name, "main");
}

TEST_F(CellsTest, ChannelsAreListedByNameOverAllCells) {
  for (const char* channel : {"z", "guild/1", "a", "dm/2", "dm/1", "guild/0"}) Post(channel, "x");
  EXPECT_THAT(ChannelsOf(store().Channels()), ElementsAre("a", "dm/1", "dm/2", "guild/0", "guild/1", "z"));
  const auto first = store().Channels({.limit = 3});
  EXPECT_THAT(ChannelsOf(first), ElementsAre("a", "dm/1", "dm/2"));
  EXPECT_TRUE(first->has_more);
  const auto rest = store().Channels({.after = "dm/2", .limit = 3});
  EXPECT_THAT(ChannelsOf(rest), ElementsAre("guild/0", "guild/1", "z"));
  EXPECT_FALSE(rest->has_more);
  EXPECT_THAT(ChannelsOf(store().Channels({.prefix = "dm/"})), ElementsAre("dm/1", "dm/2"));
}

TEST_F(CellsTest, AScanReadsAllCells) {
  PostEverywhere();
  ASSERT_OK_AND_ASSIGN(Scan scan, store().StartScan());
  Notes notes;
  ASSERT_OK(scan.Read(&notes));
  EXPECT_THAT(notes.lines, ElementsAre("general: in general", "dm/1: in dm/1", "guild/1: in guild/1"));
}

TEST_F(CellsTest, ShardsAreScannedSideBySideOverAllCells) {
  PostEverywhere();
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  ASSERT_OK_AND_ASSIGN(const std::uint32_t shards, snapshot.Shards());
  EXPECT_EQ(shards, 4U + 2U + 2U);
  Notes notes;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    ASSERT_OK_AND_ASSIGN(Scan scan, snapshot.StartScan({.shard = ShardId{shard}}));
    ASSERT_OK(scan.Read(&notes));
  }
  EXPECT_EQ(notes.lines.size(), 3U);
  EXPECT_CODE(snapshot.StartScan({.shard = ShardId{shards}}), StatusCode::kInvalidArgument);
}

TEST_F(CellsTest, ManyMessagesOfSeveralCellsAreReadAtOnce) {
  const MessageId a = Post("general", "a");
  const MessageId b = Post("dm/1", "b");
  const std::vector<MessageKey> keys{{"dm/1", b}, {"general", a}, {"dm/1", a}};
  ASSERT_OK_AND_ASSIGN(const auto messages, store().GetMany(keys));
  EXPECT_EQ(messages[0]->content(), "b");
  EXPECT_EQ(messages[1]->content(), "a");
  EXPECT_EQ(messages[2].has_value(), a == b);
}

TEST_F(CellsTest, ABatchIsWrittenWholeOnlyWithinACell) {
  const std::vector<NewMessage> batch{{.channel = "dm/1", .content = "a"}, {.channel = "general", .content = "b"}};
  const Status refused = store().PostBatch(batch).status();
  EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("dm"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("main"));
  EXPECT_TRUE(History("dm/1").empty());
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch(batch, {.cells = BatchCells::kSplit}));
  EXPECT_EQ(store().Get("dm/1", posted[0].id)->value().content(), "a");
  EXPECT_EQ(store().Get("general", posted[1].id)->value().content(), "b");
}

TEST_F(CellsTest, ChannelsThatAreOlderThanTheRuleStayWhereTheyAre) {
  Post("bot/1", "old");
  ASSERT_OK(Add("bots", {"bot/"}));
  Post("bot/2", "new");
  EXPECT_EQ(store().Explain("bot/1")->cell, "main");
  EXPECT_EQ(store().Explain("bot/2")->cell, "bots");
  Reopen();
  Post("bot/1", "newer");
  EXPECT_THAT(Contents(History("bot/1")), ElementsAre("newer", "old"));
  EXPECT_THAT(Contents(History("bot/2")), ElementsAre("new"));
  EXPECT_EQ(InfoOf("main").placed, 1U);
}

TEST_F(CellsTest, ANarrowerPrefixTakesOnlyNewChannels) {
  Post("dm/7/a", "old");
  ASSERT_OK(Add("seven", {"dm/7/"}));
  EXPECT_EQ(store().Explain("dm/7/a")->cell, "dm");
  EXPECT_EQ(store().Explain("dm/7/b")->cell, "seven");
  EXPECT_EQ(store().Explain("dm/8")->cell, "dm");
}

TEST_F(CellsTest, ACellsNameAndPrefixesAreItsOwn) {
  EXPECT_CODE(Add("dm"), StatusCode::kAlreadyExists);
  EXPECT_CODE(Add("other", {"dm/"}), StatusCode::kAlreadyExists);
  EXPECT_CODE(Add("main"), StatusCode::kInvalidArgument);
  EXPECT_CODE(Add("A cell"), StatusCode::kInvalidArgument);
  EXPECT_CODE(Add("x", {"a", "a"}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().AddCell({.name = "x", .directory = DirectoryOf("dm").string()}), StatusCode::kLocked);
  EXPECT_CODE(store().AddCell({.name = "x", .directory = path()}), StatusCode::kLocked);
  EXPECT_CODE(store().AddCell({.name = "x", .directory = dir_.path().string()}), StatusCode::kNotAStore);
  EXPECT_EQ(store().Cells()->size(), 3U);
}

TEST_F(CellsTest, ACellByItselfCanBeReadAndNotWritten) {
  PostEverywhere();
  Close();
  store_.reset();
  const Status refused = Store::Open(DirectoryOf("dm")).status();
  EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is cell dm of store "));
  ASSERT_OK_AND_ASSIGN(Store alone, Store::Open(DirectoryOf("dm"), {.mode = OpenMode::kReadOnly}));
  EXPECT_EQ(alone.History("dm/1")->size(), 1U);
  ASSERT_OK(alone.Close());
  Open();
}

TEST_F(CellsTest, VerifyAndStatsTellOfAllCells) {
  PostEverywhere();
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.messages, 3U);
  EXPECT_EQ(report.channels, 3U);
  EXPECT_EQ(report.shards.size(), 8U);
  EXPECT_EQ(report.shards.back().name, "guilds/shard-0001");
  ASSERT_OK_AND_ASSIGN(const StoreStats stats, store().Stats());
  EXPECT_EQ(stats.counters.messages_posted, 3U);
  EXPECT_EQ(stats.shards.size(), 8U);
}

TEST_F(CellsTest, ARetentionRuleHoldsInAllCells) {
  for (int i = 0; i < 5; ++i) PostEverywhere();
  ASSERT_OK(store().SetRetention({.limits = {.max_messages = 2}}));
  ASSERT_OK_AND_ASSIGN(const RetentionReport report, store().RunRetention());
  EXPECT_EQ(report.messages, 9U);
  EXPECT_EQ(History("dm/1").size(), 2U);
  ASSERT_OK(Add("late", {"late/"}));
  for (int i = 0; i < 5; ++i) Post("late/1", "x");
  ASSERT_OK(store().RunRetention());
  EXPECT_EQ(History("late/1").size(), 2U);
}

TEST_F(CellsTest, TheShardsOfACellAreItsOwn) {
  PostEverywhere();
  ASSERT_OK(store().StartReshard(ResizeShards{5}, {.cell = "dm"}));
  ASSERT_OK(store().AwaitReshard(std::chrono::minutes{1}, "dm"));
  EXPECT_EQ(InfoOf("dm").shards, 5U);
  EXPECT_EQ(InfoOf("main").shards, 4U);
  EXPECT_FALSE(store().Reshard()->has_value());
  EXPECT_CODE(store().PlanReshard(ResizeShards{5}, "nowhere"), StatusCode::kNotFound);
  EXPECT_THAT(Contents(History("dm/1")), ElementsAre("in dm/1"));
}

TEST_F(CellsTest, AReadOnlyStoreReadsItsCells) {
  PostEverywhere();
  Close();
  store_.reset();
  options().mode = OpenMode::kReadOnly;
  Open();
  EXPECT_THAT(Contents(History("dm/1")), ElementsAre("in dm/1"));
  EXPECT_CODE(store().Post({.channel = "dm/1"}), StatusCode::kPermission);
  EXPECT_CODE(Add("x"), StatusCode::kPermission);
}

}  // namespace
}  // namespace rookery::testing
