// Bulk loads onto a disk that fills up or fails, at every step: all of a load is there afterwards, or nothing of it.
#include <gmock/gmock.h>

#include "codec/key_format.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "store/bulk/bulk_load.h"
#include "store/store_impl.h"
#include "store/verifier.h"
#include "tests/store/bulk_fixture.h"
#include "tests/support/fault_env.h"

namespace rookery::testing {
namespace {

class BulkDiskTest : public ::testing::Test {
 protected:
  BulkDiskTest() { Open(engine::RocksDbOptions::Mode::kCreate); }
  ~BulkDiskTest() override {
    faults_.Heal();
    store_.reset();
  }

  void Open(engine::RocksDbOptions::Mode mode) {
    engine::RocksDbOptions options;
    options.mode = mode;
    options.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
    options.block_cache_bytes = options.write_buffer_bytes = std::size_t{4} << 20;
    options.env = faults_.env();
    // RocksDB 7.8 asserts where a compaction of which only range deletions are left cannot write its table.
    options.overrides = {{"disable_auto_compactions", "true"}};
    auto engine = engine::OpenRocksDbEngine(dir_ / "db", options);
    ASSERT_OK(engine);
    const std::string store_id(32, 'a');
    if (mode == engine::RocksDbOptions::Mode::kCreate) {
      ASSERT_OK(store::InitializeStore(engine->get(), {1, store_id}, {.routing = DirectoryRouting{.shards = 3}}));
    }
    StoreInfo info;
    info.store_id = store_id;
    info.epoch = options_.ids.epoch;
    ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open({*std::move(engine), options_, info, clock_}));
  }
  void Reopen() {
    faults_.Heal();
    static_cast<void>(store_->Close());  // may well say that not everything could be flushed
    store_.reset();
    Open(engine::RocksDbOptions::Mode::kOpen);
  }

  Status Load(const OwnedMessages& messages) {
    auto load = store::bulk::BulkLoad::Start(store_.get(), {.memory_bytes = std::size_t{8} << 20});
    if (!load) return load.status();
    for (const OwnedMessage& message : messages) {
      const NewMessage view = message.view();
      const Status status = (*load)->Add({&view, 1}, {});
      if (!status.ok()) return status;
    }
    return (*load)->Finish().status();
  }
  std::uint64_t CountAndVerify() {
    const auto report = store::VerifyStore(store_->context(), {});
    EXPECT_OK(report);
    EXPECT_TRUE(report->ok()) << (report->problems.empty() ? "" : report->problems[0].what);
    return report->messages;
  }
  bool leftovers() const { return std::filesystem::exists(dir_ / "db" / "bulk-load"); }

  TempDir dir_;
  FaultEnv faults_;
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  StoreOptions options_;
  std::unique_ptr<store::StoreImpl> store_;
};

TEST_F(BulkDiskTest, AFullDiskIsNamedWhereverItHappensAndALoadIsWholeOrAbsent) {
  const OwnedMessages messages = DistinctMessages(9000, 9, 900);
  bool loaded = false;
  for (std::uint64_t room = 1'000'000; !loaded; room += 3'000'000) {
    faults_.FillAfter(room);
    const Status status = Load(messages);
    loaded = status.ok();
    if (!loaded) {
      EXPECT_CODE(status, StatusCode::kNoSpace);
    }
    Reopen();
    EXPECT_EQ(CountAndVerify(), loaded ? messages.size() : 0U) << room;
    EXPECT_FALSE(leftovers());
  }
}

TEST_F(BulkDiskTest, AFailedCallLeavesALoadWholeOrAbsent) {
  OwnedMessages messages = DistinctMessages(30, 3);
  for (OwnedMessage& message : messages) message.nonce = message.content;
  std::uint64_t expected = 0;
  bool loaded = false;
  for (std::uint64_t call = 1; !loaded; ++call) {
    faults_.FailFrom(call);
    const Status status = Load(messages);
    loaded = status.ok();
    Reopen();
    const std::uint64_t count = CountAndVerify();
    EXPECT_TRUE(count == messages.size() || (!loaded && count == 0)) << call << ": " << count;
    expected = std::max(expected, count);
    EXPECT_FALSE(leftovers());
    ASSERT_LT(call, 1000U);
  }
  EXPECT_EQ(expected, messages.size());
}

TEST_F(BulkDiskTest, AFullDiskWhileSortingLeavesTheStoreWritable) {
  const OwnedMessages messages = DistinctMessages(9000, 9, 900);
  faults_.FillAfter(100'000);
  EXPECT_CODE(Load(messages), StatusCode::kNoSpace);
  faults_.Heal();
  EXPECT_OK(store_->posts().Post({.channel = "c", .content = "x"}, {}));
  EXPECT_OK(Load(messages));
}

TEST_F(BulkDiskTest, APoisonedStoreTakesNoLoad) {
  faults_.FailFrom(1);
  EXPECT_FALSE(store_->posts().Post({.channel = "c", .content = "x"}, {}).status().ok());
  faults_.Heal();
  EXPECT_CODE(Load(DistinctMessages(3)), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace rookery::testing
