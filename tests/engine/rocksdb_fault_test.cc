// A disk that fills up or fails: the write says so, nothing acknowledged is lost, no batch is there in part.
#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <mutex>

#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/fault_env.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

class RecordingLogger final : public Logger {
 public:
  void Log(LogLevel /*level*/, std::string_view component, std::string_view message) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::string(component) + ": " + std::string(message));
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;  // guarded by mutex_
};

class RocksDbFaultTest : public RocksDbTest {
 protected:
  RocksDbFaultTest() { options_.env = faults_.env(); }
  ~RocksDbFaultTest() override {
    faults_.Heal();
    engine_ = nullptr;
  }

  /// Writes pairs of rows, a batch each, until a write fails; how many were acknowledged.
  int PutPairsUntilRefused(int limit, std::size_t value_bytes, Status* refusal) {
    for (int i = 0; i < limit; ++i) {
      const auto batch = engine_->NewBatch();
      batch->Put(main_, "left/" + std::to_string(i), std::string(value_bytes, 'l'));
      batch->Put(main_, "right/" + std::to_string(i), std::string(value_bytes, 'r'));
      do {
        *refusal = engine_->Write(*batch, /*sync=*/false);
      } while (refusal->code() == StatusCode::kBusy);
      if (!refusal->ok()) return i;
    }
    return limit;
  }
  /// All acknowledged pairs are whole, and a refused one is whole or absent.
  void ExpectPairs(int acknowledged) const {
    for (int i = 0; i <= acknowledged; ++i) {
      const bool left = Get("left/" + std::to_string(i)).has_value();
      const bool right = Get("right/" + std::to_string(i)).has_value();
      EXPECT_EQ(left, right) << i;
      EXPECT_TRUE(left || i == acknowledged) << i;
    }
  }
  void ReopenHealed() {
    static_cast<void>(engine_->Close());  // may well say that not everything could be flushed
    engine_ = nullptr;
    faults_.Heal();
    Open();
  }

  // Declared here, so that it outlives the engine: see the destructor.
  testing::FaultEnv faults_;
};

TEST_F(RocksDbFaultTest, ALogBeginsOnlyWhenTheOneBeforeIsOnDisk) {
  options_.overrides = {{"write_buffer_size", "65536"}};
  Create();
  const std::size_t logs = FilesWith(".log").size();
  faults_.HoldTablesAfter(0);  // so that no flush syncs them
  while (FilesWith(".log").size() == logs) ASSERT_OK(PutInTheEnd("key", std::string(1000, 'v')));
  const fs::path newest = path() / FilesWith(".log").back();
  EXPECT_LE(faults_.unsynced_log_bytes(), fs::file_size(newest));
  EXPECT_GT(faults_.unsynced_log_bytes(), 0U);
}

TEST_F(RocksDbFaultTest, FullDiskIsNoSpaceAndSaysWhatToDo) {
  Create();
  faults_.FillAfter(100'000);
  Status refusal;
  PutPairsUntilRefused(1000, 1000, &refusal);
  EXPECT_CODE(refusal, StatusCode::kNoSpace);
  EXPECT_THAT(refusal.message(), HasSubstr(path().string()));
  EXPECT_THAT(refusal.message(), HasSubstr("free space"));
}

TEST_F(RocksDbFaultTest, AcknowledgedRowsAreReadableWithTheDiskFullAndAfterReopening) {
  Create();
  faults_.FillAfter(100'000);
  Status refusal;
  const int acknowledged = PutPairsUntilRefused(1000, 1000, &refusal);
  ASSERT_GT(acknowledged, 10);
  ExpectPairs(acknowledged);
  EXPECT_CODE(Put("one", "more"), StatusCode::kNoSpace);
  ReopenHealed();
  ExpectPairs(acknowledged);
  EXPECT_OK(Put("again", "possible"));
}

TEST_F(RocksDbFaultTest, FlushOnAFullDiskFailsAndLosesNothing) {
  Create();
  Status refusal;
  ASSERT_EQ(PutPairsUntilRefused(500, 1000, &refusal), 500);
  faults_.FillAfter(10'000);
  EXPECT_CODE(engine_->Flush(), StatusCode::kNoSpace);
  ExpectPairs(499);
  ReopenHealed();
  ExpectPairs(499);
}

TEST_F(RocksDbFaultTest, AFlushThatFailsInTheBackgroundIsTold) {
  Create();
  std::vector<Status> told;
  Status refusal;
  ASSERT_EQ(PutPairsUntilRefused(100, 1000, &refusal), 100);
  faults_.FillAfter(0);
  EXPECT_CODE(engine_->Flush(), StatusCode::kNoSpace);
  engine_->NotifyOfFailures([&](Status cause) { told.push_back(std::move(cause)); });  // also of what was before
  ASSERT_EQ(told.size(), 1U);
  EXPECT_CODE(told[0], StatusCode::kNoSpace);
  EXPECT_THAT(told[0].message(), HasSubstr("flush"));
  engine_->NotifyOfFailures(nullptr);
}

TEST_F(RocksDbFaultTest, WritesStayRefusedUntilReopenedThoughSpaceIsFreed) {
  Create();
  Status refusal;
  ASSERT_EQ(PutPairsUntilRefused(100, 1000, &refusal), 100);
  faults_.FillAfter(0);
  EXPECT_CODE(engine_->Flush(), StatusCode::kNoSpace);
  faults_.Heal();
  EXPECT_FALSE(Put("key", "value").ok());
  ReopenHealed();
  EXPECT_OK(Put("key", "value"));
}

TEST_F(RocksDbFaultTest, ClosingOnAFullDiskReportsIt) {
  Create();
  Status refusal;
  ASSERT_EQ(PutPairsUntilRefused(500, 1000, &refusal), 500);
  faults_.FillAfter(1'000);
  EXPECT_CODE(engine_->Close(), StatusCode::kNoSpace);
  faults_.Heal();
  Open();
  ExpectPairs(499);
}

TEST_F(RocksDbFaultTest, FailedSyncIsReported) {
  Create();
  faults_.FailFrom(1);
  EXPECT_CODE(Put("key", "value", /*sync=*/true), StatusCode::kIoError);
}

TEST_F(RocksDbFaultTest, CreatingOnAFullDiskIsNoSpace) {
  faults_.FillAfter(0);
  EXPECT_CODE(Opening(Mode::kCreate), StatusCode::kNoSpace);
}

TEST_F(RocksDbFaultTest, KeyspacesAreMadeAllOrNoneWhereverTheDiskFails) {
  for (std::uint64_t call = 1; call < 12; ++call) {
    SCOPED_TRACE("call " + std::to_string(call) + " fails");
    Create();
    faults_.FailFrom(call);
    const Status made = engine_->CreateKeyspaces(std::vector<std::string>{"a", "b", "c"});
    EXPECT_EQ(engine_->ListKeyspaces().size(), made.ok() ? 4U : 1U) << made;
    ReopenHealed();
    EXPECT_TRUE(engine_->FindKeyspace("main").has_value());
    Close();
    std::filesystem::remove_all(path());
  }
}

TEST_F(RocksDbFaultTest, BackgroundErrorsGoToTheLogger) {
  const auto log = std::make_shared<RecordingLogger>();
  options_.logger = log;
  Create();
  ASSERT_OK(Put("key", "value"));
  faults_.FillAfter(0);
  EXPECT_CODE(engine_->Flush(), StatusCode::kNoSpace);
  engine_ = nullptr;
  EXPECT_THAT(log->lines(), Contains(AllOf(HasSubstr("engine: "), HasSubstr("No space left"))));
}

TEST_F(RocksDbFaultTest, AfterAFailedWriteFlushingAndCompactingAreRefused) {
  Create();
  faults_.FillAfter(0);
  EXPECT_CODE(Put("key", "value"), StatusCode::kNoSpace);
  faults_.Heal();
  EXPECT_CODE(engine_->Flush(), StatusCode::kNoSpace);
  EXPECT_CODE(engine_->Compact(), StatusCode::kNoSpace);
  EXPECT_CODE(engine_->Sync(), StatusCode::kNoSpace);
}

/// The disk dies at each call in turn, from the first one after creation on.
TEST_F(RocksDbFaultTest, NothingAcknowledgedIsLostWhereverTheDiskDies) {
  options_.write_buffer_bytes = std::size_t{1} << 20;  // so that flushes and compactions are among the calls
  constexpr int kPairs = 200;
  for (std::uint64_t call = 1; call < 300; call += 31) {
    SCOPED_TRACE("the disk dies at call " + std::to_string(call));
    Create();
    faults_.FailFrom(call);
    Status refusal;
    const int acknowledged = PutPairsUntilRefused(kPairs, 4000, &refusal);
    EXPECT_EQ(refusal.ok(), acknowledged == kPairs) << refusal;
    ReopenHealed();
    ExpectPairs(acknowledged);
    Close();
    std::filesystem::remove_all(path());
  }
}

/// One call fails and the disk is well again: a failure must not be forgotten.
TEST_F(RocksDbFaultTest, NothingAcknowledgedIsLostWhicheverCallFails) {
  options_.write_buffer_bytes = std::size_t{1} << 20;
  constexpr int kPairs = 200;
  for (std::uint64_t call = 1; call < 300; call += 31) {
    SCOPED_TRACE("call " + std::to_string(call) + " fails");
    Create();
    faults_.FailCall(call);
    Status refusal;
    const int acknowledged = PutPairsUntilRefused(kPairs, 4000, &refusal);
    ReopenHealed();
    ExpectPairs(acknowledged);
    Close();
    std::filesystem::remove_all(path());
  }
}

}  // namespace
}  // namespace rookery::engine
