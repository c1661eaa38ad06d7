// A real stall of RocksDB, seen from the store: files pile up in a shard's level 0 while their compaction is held up.
#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "tests/store/fault_disk_fixture.h"
#include "tests/support/gate.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class DiskStallTest : public FaultDiskTest {
 protected:
  static constexpr int kFiles = 3;

  void SetUp() override {
    options_.routing = DirectoryRouting{.shards = 2, .entries = {{"c", ShardId{1}}, {"other", ShardId{0}}}};
    for (const char* option :
         {"level0_file_num_compaction_trigger", "level0_slowdown_writes_trigger", "level0_stop_writes_trigger"}) {
      overrides_[option] = std::to_string(kFiles);
    }
    overrides_.erase("disable_auto_compactions");
    FaultDiskTest::SetUp();
  }
  Result<MessageId> Post(std::string_view channel, milliseconds timeout = kLongEnough) {
    auto id = store_->posts().Post({.channel = channel, .content = "x"}, {.timeout = timeout});
    if (id && channel == "c") acknowledged_.insert(*id);
    return id;
  }
  void PileUp() {
    faults_.HoldTablesAfter(kFiles);
    const engine::KeyspaceId keyspace[] = {store_->context().KeyspaceOf(ShardId{1})};
    for (int i = 0; i < kFiles; ++i) {
      ASSERT_OK(Post("c"));
      ASSERT_OK(
          store_->records().Put("c", "k", "v", {}));  // files that do not overlap are moved down without a compaction
      ASSERT_OK(store_->committer().Flush(keyspace));
    }
    // A flush returns a moment before its effect on writes is computed.
    while (store_->Stats().stall.state == StallState::kNone) std::this_thread::yield();
  }

  std::set<MessageId> acknowledged_;  // of "c"
};

TEST_F(DiskStallTest, AWriterIsRefusedAtItsDeadlineAndToldWhoIsTheCause) {
  ASSERT_NO_FATAL_FAILURE(PileUp());
  constexpr milliseconds kDeadline{30};
  const auto began = std::chrono::steady_clock::now();
  const auto refused = Post("c", kDeadline);
  EXPECT_GE(std::chrono::steady_clock::now() - began, kDeadline);
  EXPECT_CODE(refused, StatusCode::kBusy);
  EXPECT_THAT(refused.error().ToString(), HasSubstr("shard-0001"));
  EXPECT_GT(refused.error().retry_after(), milliseconds{0});
  EXPECT_CODE(Post("other", milliseconds{0}), StatusCode::kBusy);  // they share one log

  const StallStats stall = store_->Stats().stall;
  EXPECT_EQ(stall.state, StallState::kStopped);
  EXPECT_EQ(stall.shard, "shard-0001");
  EXPECT_THAT(stall.reason, HasSubstr("3 files in level 0"));
  EXPECT_GE(stall.writes_refused, 2U);
}

TEST_F(DiskStallTest, AWriterThatWaitsGoesOnWhenTheDiskDoes) {
  ASSERT_NO_FATAL_FAILURE(PileUp());
  EXPECT_CODE(Post("c", milliseconds{0}), StatusCode::kBusy);
  std::thread writer([this] { EXPECT_OK(Post("c")); });
  while (store_->Stats().stall.writes_waited < 2) std::this_thread::yield();
  faults_.Heal();
  writer.join();
  EXPECT_OK(Post("c"));
  EXPECT_OK(Post("other"));
  const auto page = store_->reads().History("c", {.limit = kMaxPageSize}, nullptr);
  ASSERT_OK(page);
  std::set<MessageId> ids;
  for (const MessageView& message : *page) ids.insert(message.id());
  EXPECT_EQ(ids, acknowledged_) << "of what was refused nothing is there";
  EXPECT_EQ(Verify().messages, acknowledged_.size() + 1);
}

}  // namespace
}  // namespace rookery::testing
