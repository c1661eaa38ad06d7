// What goes wrong in one cell stays in it, is told, and can be mended.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "cells/cell.h"
#include "tests/cells/cells_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class QuarantineTest : public CellsTest {
 protected:
  void SetUp() override {
    CellsTest::SetUp();
    PostEverywhere();
    verify_at_end_ = false;
  }
  void CloseAndForget() {
    Close();
    store_.reset();
  }
};

TEST_F(QuarantineTest, ACellThatVanishedIsNotMadeAgain) {
  CloseAndForget();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  Open();
  DmIsRefused("any more; bring the directory back, or mount its disk");
  OthersGoOn();
  EXPECT_FALSE(fs::exists(DirectoryOf("dm")));
  EXPECT_EQ(InfoOf("dm").state, CellState::kQuarantined);

  EXPECT_CODE(store().ReopenCell("dm"), StatusCode::kNotAStore);
  DmIsRefused("any more; bring the directory back, or mount its disk");
  fs::rename(dir_ / "away", DirectoryOf("dm"));
  ASSERT_OK(store().ReopenCell("dm"));
  EXPECT_EQ(History("dm/1").size(), 1U);
  Post("dm/1", "again");
}

TEST_F(QuarantineTest, AnEmptyMountPointIsNotFilled) {
  CloseAndForget();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  fs::create_directory(DirectoryOf("dm"));
  Open();
  DmIsRefused("any more; bring the directory back, or mount its disk");
  OthersGoOn();
  EXPECT_TRUE(fs::is_empty(DirectoryOf("dm")));
}

TEST_F(QuarantineTest, AnotherStoresDirectoryIsNotTouched) {
  CloseAndForget();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  ASSERT_OK_AND_ASSIGN(Store other, Store::Open(DirectoryOf("dm")));
  ASSERT_OK(other.Close());
  Open();
  DmIsRefused("is a store of its own, not cell dm of store");
  OthersGoOn();
}

TEST_F(QuarantineTest, ACellOfTheSameNameOfAnotherStoreIsRefused) {
  CloseAndForget();
  ASSERT_OK_AND_ASSIGN(Store other, Store::Open(dir_ / "other"));
  ASSERT_OK(other.AddCell({.name = "dm", .prefixes = {"dm/"}}));
  ASSERT_OK(other.Close());
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  fs::rename(dir_ / "other" / "cells" / "dm", DirectoryOf("dm"));
  Open();
  DmIsRefused("is cell dm of store");
  OthersGoOn();
}

TEST_F(QuarantineTest, ALockedCellIsRefusedAndCanBeReopened) {
  CloseAndForget();
  ASSERT_OK_AND_ASSIGN(Store reader, Store::Open(DirectoryOf("dm"), {.mode = OpenMode::kReadOnly}));
  Open();
  DmIsRefused("is open in process");
  OthersGoOn();
  ASSERT_OK(reader.Close());
  ASSERT_OK(store().ReopenCell("dm"));
  EXPECT_EQ(History("dm/1").size(), 1U);
}

TEST_F(QuarantineTest, FlippedBytesStayInTheirCell) {
  for (int i = 0; i < 2000; ++i) Post("dm/1", "some text that takes its place " + std::to_string(i));
  ASSERT_OK(store().Compact());
  CloseAndForget();
  Damage("dm");
  Open();
  EXPECT_CODE(store().History("dm/1", {.limit = 5000}), StatusCode::kUnavailable);
  DmIsRefused("");
  OthersGoOn();
  EXPECT_EQ(InfoOf("guilds").state, CellState::kOpen);
}

TEST_F(QuarantineTest, NobodyTakesAPartForTheWhole) {
  CloseAndForget();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  Open();
  for (const Status& status :
       {store().Channels().status(), store().StartScan().status(), store().Verify().status(), Add("more", {"dm/7"})}) {
    EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("cell dm"));
  }
  constexpr MissingCells kLeaveOut = MissingCells::kLeaveOut;
  EXPECT_EQ(store().Channels({.missing_cells = kLeaveOut})->channels.size(), 2U);
  EXPECT_OK(store().StartScan({.missing_cells = kLeaveOut}));
  EXPECT_EQ(store().Verify({.missing_cells = kLeaveOut})->messages, 2U);
  EXPECT_OK(store().StartScan({.channels = std::vector<std::string>{"general", "guild/1"}}));
  EXPECT_CODE(store().StartScan({.channels = std::vector<std::string>{"dm/1"}}), StatusCode::kUnavailable);
  EXPECT_CODE(store().StartScan({.shard = ShardId{0}}), StatusCode::kUnavailable);
  EXPECT_CODE(store().StartScan({.channels = std::vector<std::string>{"dm/1"}, .shard = ShardId{0}}),
              StatusCode::kUnavailable);
  EXPECT_OK(store().StartScan({.shard = ShardId{0}, .missing_cells = kLeaveOut}));
  EXPECT_OK(store().Stats());
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  EXPECT_CODE(snapshot.History("dm/1"), StatusCode::kUnavailable);
  EXPECT_EQ(snapshot.History("general")->size(), 1U);
}

TEST_F(QuarantineTest, ARuleThatWasLiftedWhileACellWasAwayRemovesNothingThere) {
  RetentionRule rule{.scope = RetentionScope::kPrefix, .name = "dm/"};
  rule.limits.max_messages = 1;
  ASSERT_OK(store().SetRetention(rule));
  Post("dm/1", "two");
  Post("dm/1", "three");
  CloseAndForget();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  Open();
  rule.limits = {};
  ASSERT_OK(store().SetRetention(rule));
  CloseAndForget();
  fs::rename(dir_ / "away", DirectoryOf("dm"));
  options().retention_interval = std::chrono::milliseconds{1};
  Open();
  ASSERT_OK(store().RunRetention());
  EXPECT_EQ(store().SizeOf("dm/1")->messages, 3U);
}

TEST_F(QuarantineTest, ACellOverItsQuotaCanBeReadAndMadeSmaller) {
  ASSERT_OK(store().AddCell({.name = "small", .prefixes = {"s/"}, .quota_bytes = 1'000'000}));
  const std::string content(50'000, 'x');
  for (int i = 0; i < 100 && InfoOf("small").state == CellState::kOpen; ++i) {
    Post("s/1", content + std::to_string(i));
  }
  const CellInfo full = InfoOf("small");
  EXPECT_EQ(full.state, CellState::kReadOnly);
  EXPECT_THAT(full.reason, HasSubstr("a quota of 1000000"));
  const Status refused = store().Post({.channel = "s/1", .content = "more"}).status();
  EXPECT_EQ(refused.code(), StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("cell small is read-only"));
  EXPECT_GE(History("s/1").size(), 2U);
  OthersGoOn();

  ASSERT_OK(store().SetRetention({.scope = RetentionScope::kPrefix, .name = "s/", .limits = {.max_messages = 1}}));
  ASSERT_OK(store().RunRetention());
  ASSERT_OK(store().Compact());
  EXPECT_EQ(InfoOf("small").state, CellState::kOpen);
  Post("s/1", "more");
}

TEST_F(QuarantineTest, WhatACopyNeedsIsMeasuredByTheQuota) {
  ASSERT_OK(store().AddCell({.name = "small", .prefixes = {"s/"}, .quota_bytes = 1'000'000}));
  const std::string content(50'000, 'x');
  for (int i = 0; i < 12; ++i) Post("s/1", content + std::to_string(i));
  for (int i = 0; i < 12; ++i) Post("general", content + std::to_string(i));
  ASSERT_OK_AND_ASSIGN(const RouteExplanation route, store().Explain("s/1"));
  const MergeShards merge{route.shard, ShardId{(route.shard.value + 1) % 2}};
  EXPECT_CODE(store().StartReshard(merge, {.cell = "small"}), StatusCode::kNoSpace);
  EXPECT_CODE(store().MoveToCell("general", "small"), StatusCode::kNoSpace);
  EXPECT_EQ(InfoOf("small").state, CellState::kOpen);
  EXPECT_GE(History("general").size(), 12U);
}

TEST_F(QuarantineTest, AJobOfACellOverItsQuotaCanBeResumed) {
  ASSERT_OK(store().AddCell({.name = "small", .prefixes = {"s/"}, .quota_bytes = 1'000'000}));
  Post("s/1", "hello");
  ASSERT_OK(store().StartReshard(ResizeShards{5}, {.cell = "small", .keep = std::chrono::hours{1}, .share = 1}));
  ASSERT_OK(store().AwaitReshard(std::chrono::minutes{1}, "small"));
  ASSERT_OK(store().PauseReshard("small"));
  const std::string content(50'000, 'x');
  for (int i = 0; i < 100 && InfoOf("small").state == CellState::kOpen; ++i) {
    Post("s/1", content + std::to_string(i));
  }
  ASSERT_EQ(InfoOf("small").state, CellState::kReadOnly);
  EXPECT_OK(store().ResumeReshard("small"));
}

TEST_F(QuarantineTest, HandlesOfACellThatWasReopenedSayThatTheyAreClosed) {
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  const MessageId id = Post("dm/1", "more");
  ASSERT_OK_AND_ASSIGN(AttachmentWriter upload, store().PutAttachment("dm/1", id, "a"));
  ASSERT_OK(store().ReopenCell("dm"));
  EXPECT_CODE(snapshot.History("dm/1"), StatusCode::kClosed);
  EXPECT_EQ(snapshot.History("general")->size(), 1U);
  EXPECT_CODE(upload.Append("bytes"), StatusCode::kClosed);
  EXPECT_EQ(History("dm/1").size(), 2U);
  EXPECT_CODE(store().ReopenCell("main"), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().ReopenCell("nowhere"), StatusCode::kNotFound);
}

TEST(ReadOnlyReasonTest, AnEngineThatHasStoppedForLongIsAReason) {
  using std::chrono::seconds;
  engine::StallReport stall{
      .state = StallState::kStopped, .keyspace = "shard-0001", .reason = "21 files", .lasting = seconds{11}};
  EXPECT_THAT(cells::ReadOnlyReason(0, 0, stall, seconds{10}), HasSubstr("shard-0001: 21 files"));
  stall.lasting = seconds{9};
  EXPECT_EQ(cells::ReadOnlyReason(0, 0, stall, seconds{10}), "");
  stall.state = StallState::kDelayed;
  stall.lasting = seconds{100};
  EXPECT_EQ(cells::ReadOnlyReason(99, 100, stall, seconds{10}), "");
  EXPECT_THAT(cells::ReadOnlyReason(100, 100, {}, seconds{10}), HasSubstr("quota"));
}

}  // namespace
}  // namespace rookery::testing
