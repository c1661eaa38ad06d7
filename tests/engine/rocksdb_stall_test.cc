// Real stalls of RocksDB: a write that would have to wait is refused, wholly and harmlessly, and the culprit is named.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/copy_of_one_moment.h"
#include "tests/support/fault_env.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::HasSubstr;

/// Files pile up in level 0, as the compaction that would merge them is held up.
class RocksDbStallTest : public RocksDbTest {
 protected:
  static constexpr int kFiles = 3;

  RocksDbStallTest() { options_.env = faults_.env(); }
  ~RocksDbStallTest() override {
    faults_.Heal();
    engine_ = nullptr;
  }
  /// Writes are held up as soon as there are kFiles.
  void PileUp(const std::string& stop_trigger, const std::string& delayed_rate) {
    options_.overrides = {{"level0_file_num_compaction_trigger", std::to_string(kFiles)},
                          {"level0_slowdown_writes_trigger", std::to_string(kFiles)},
                          {"level0_stop_writes_trigger", stop_trigger},
                          {"delayed_write_rate", delayed_rate}};
    Create();
    faults_.HoldTablesAfter(kFiles);
    for (int i = 0; i < kFiles; ++i) {
      ASSERT_OK(Put("key", "value"));
      ASSERT_OK(Put("row", "value"));  // files with one key are moved down without a compaction
      ASSERT_OK(engine_->Flush());
    }
    // A flush returns a moment before its effect on writes is computed.
    while (engine_->Stall().state == StallState::kNone) std::this_thread::yield();
  }
  void Stop() { PileUp(std::to_string(kFiles), "16777216"); }
  void Delay() { PileUp("1000", "20000"); }

  /// Until an engine that is delayed has been paid for a write of so many bytes, twice over.
  void AwaitPayment(double bytes) const {
    const double seconds = 2 * bytes / static_cast<double>(engine_->Stall().bytes_per_second);
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
  }

  // Declared here, so that it outlives the engine: see the destructor.
  testing::FaultEnv faults_;
};

TEST_F(RocksDbStallTest, AStoppedEngineRefusesAtOnceAndNamesTheFamily) {
  Stop();
  EXPECT_CODE(Put("more", "value"), StatusCode::kBusy);
  EXPECT_CODE(engine_->Sync(), StatusCode::kBusy);
  const StallReport stall = engine_->Stall();
  EXPECT_EQ(stall.state, StallState::kStopped);
  EXPECT_EQ(stall.keyspace, "main");
  EXPECT_THAT(stall.reason, HasSubstr("3 files in level 0"));
}

TEST_F(RocksDbStallTest, NothingOfARefusedWriteIsThere) {
  Stop();
  EXPECT_CODE(Put("more", "value", /*sync=*/true), StatusCode::kBusy);
  EXPECT_EQ(Get("more"), std::nullopt);
  faults_.Heal();
  Crash();
  Open();
  EXPECT_EQ(Get("more"), std::nullopt);
  EXPECT_EQ(Get("key"), "value");
}

TEST_F(RocksDbStallTest, ARefusedWriteIsNoFailureAndMayBeTriedAgain) {
  Stop();
  std::atomic<int> told{0};
  engine_->NotifyOfStalls([&] { ++told; });
  const auto batch = engine_->NewBatch();
  batch->Put(main_, "more", "value");
  EXPECT_CODE(engine_->Write(*batch, /*sync=*/false), StatusCode::kBusy);
  faults_.Heal();
  while (told == 0) std::this_thread::yield();
  while (engine_->Stall().state != StallState::kNone) std::this_thread::yield();
  EXPECT_OK(engine_->Write(*batch, /*sync=*/true));
  EXPECT_EQ(Get("more"), "value");
  engine_ = nullptr;  // before `told`
}

TEST_F(RocksDbStallTest, AllOfAWriteGroupAreRefused) {
  Stop();
  std::vector<std::thread> writers;
  std::atomic<int> refused{0};
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      for (int n = 0; n < 100; ++n) {
        refused += Put(std::to_string(i), "value", /*sync=*/i % 2 == 0).code() == StatusCode::kBusy ? 1 : 0;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(refused, 800);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(Get(std::to_string(i)), std::nullopt);
}

TEST_F(RocksDbStallTest, ADelayedEngineRefusesWhatIsOverItsRateAndTakesTheRest) {
  Delay();
  int taken = 0;
  int refused = 0;
  for (int i = 0; taken < 5 || refused < 5; ++i) {
    const std::string key = "row/" + std::to_string(i);
    const Status status = Put(key, std::string(1000, 'v'));
    if (!status.ok()) EXPECT_CODE(status, StatusCode::kBusy);
    EXPECT_EQ(Get(key).has_value(), status.ok());
    (status.ok() ? taken : refused) += 1;
    // What is refused is charged for too, so that who only tries and tries gets nowhere: the pause is part of the deal.
    if (!status.ok()) AwaitPayment(1000);
  }
  EXPECT_EQ(engine_->Stall().state, StallState::kDelayed);
  EXPECT_EQ(engine_->Stall().keyspace, "main");
}

TEST_F(RocksDbStallTest, AStallThatIsThereWhenTheEngineOpensIsKnown) {
  Stop();
  const auto copy = directory_ / "copy";
  testing::CopyOfOneMoment(path(), copy);
  faults_.Heal();
  engine_ = nullptr;
  std::filesystem::remove_all(path());
  std::filesystem::rename(copy, path());
  faults_.HoldTablesAfter(0);
  Open();
  EXPECT_CODE(Put("more", "value"), StatusCode::kBusy);
  EXPECT_EQ(engine_->Stall().state, StallState::kStopped);
  EXPECT_EQ(engine_->Stall().keyspace, "main");
}

TEST_F(RocksDbStallTest, AKeyspaceThatIsDroppedHoldsUpNobody) {
  Stop();
  ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"other"}));
  ASSERT_OK(engine_->DropKeyspace(main_));
  EXPECT_EQ(engine_->Stall().state, StallState::kNone);
  main_ = engine_->FindKeyspace("other").value();
  EXPECT_OK(Put("key", "value"));
}

TEST_F(RocksDbStallTest, MemtablesDoNotOutgrowTheirBoundWhileAFlushIsHeldUp) {
  options_.write_buffer_bytes = std::size_t{1} << 20;
  options_.max_memtable_bytes = options_.write_buffer_bytes + options_.write_buffer_bytes / 4;
  Create();
  ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"b", "c", "d"}));
  faults_.HoldTablesAfter(0);
  Status status;
  for (int i = 0; i < 10'000 && status.ok(); ++i) {
    main_ = KeyspaceId{static_cast<std::uint32_t>(i % 4)};
    status = Put("row/" + std::to_string(i), std::string(1000, 'v'));
  }
  EXPECT_CODE(status, StatusCode::kBusy);
  EXPECT_EQ(engine_->Stall().state, StallState::kDelayed);
  EXPECT_THAT(engine_->Stall().reason,
              HasSubstr("of which all may take " + std::to_string(options_.max_memtable_bytes)));
  faults_.Heal();
  EXPECT_OK(PutInTheEnd("row", "value"));
}

}  // namespace
}  // namespace rookery::engine
