// What a store does while its engine takes no writes: they wait no longer than their deadline, the store is not
// poisoned, nobody holds a lock meanwhile, and the culprit is named.

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "codec/checksum.h"
#include "store/upload.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr milliseconds kSoon{20};

class ListLogger final : public Logger {
 public:
  void Log(LogLevel /*level*/, std::string_view /*component*/, std::string_view message) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(message);
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;  // guarded by mutex_
};

class StallTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    options_.logger = logger_;
    EngineStoreTest::SetUp();
    ASSERT_OK_AND_ASSIGN(kept_, EngineStoreTest::Post({.channel = "c", .content = "kept"}));
  }
  void Stop() {
    engine_->StallBy({.state = StallState::kStopped, .keyspace = "shard-0001", .reason = "36 files in level 0"});
  }
  Result<MessageId> Post(std::optional<milliseconds> timeout = {}) {
    return store_->posts().Post({.channel = "c", .content = "x"}, {.timeout = timeout});
  }
  /// Every kind of write, each with this timeout.
  std::vector<Status> AllWrites(milliseconds timeout) {
    const NewMessage plain{.channel = "c", .content = "x"};
    const NewMessage known{.channel = "c", .content = "x", .nonce = "n"};
    return {store_->posts().Post(plain, {.timeout = timeout}).status(),
            store_->posts().Post(known, {.timeout = timeout}).status(),
            store_->posts().PostBatch({&plain, 1}, {.timeout = timeout}).status(),
            store_->messages().Edit("c", kept_, {.content = "e"}, {.timeout = timeout}).status(),
            store_->messages().Delete("c", kept_, {.timeout = timeout}).status(),
            store_->records().Put("c", "k", "v", {.timeout = timeout}).status()};
  }

  std::shared_ptr<ListLogger> logger_ = std::make_shared<ListLogger>();
  MessageId kept_;
};

TEST_F(StallTest, EveryWriteIsRefusedAtItsDeadlineAndNamesTheCulprit) {
  Stop();
  for (const Status& status : AllWrites(kSoon)) {
    EXPECT_CODE(status, StatusCode::kBusy);
    EXPECT_THAT(status.ToString(), HasSubstr("shard-0001"));
    EXPECT_THAT(status.ToString(), HasSubstr("36 files in level 0"));
    EXPECT_GT(status.retry_after(), milliseconds{0});
  }
}

TEST_F(StallTest, AStallDoesNotPoison) {
  Stop();
  for (const Status& status : AllWrites(kSoon)) EXPECT_CODE(status, StatusCode::kBusy);
  EXPECT_EQ(store_->Stats().unavailable_reason, "");
  engine_->Unstall();
  for (const Status& status : AllWrites(kSoon)) EXPECT_OK(status);
}

TEST_F(StallTest, WhatWasRefusedWasNotWritten) {
  Stop();
  EXPECT_CODE(Post(kSoon), StatusCode::kBusy);
  engine_->Unstall();
  const auto page = store_->reads().History("c", {}, nullptr);
  ASSERT_OK(page);
  EXPECT_EQ(page->size(), 1U);
}

TEST_F(StallTest, WithATimeoutOfZeroNothingWaits) {
  Stop();
  const int before = engine_->writes();
  EXPECT_CODE(Post(milliseconds{0}), StatusCode::kBusy);
  EXPECT_EQ(engine_->writes(), before + 1);
}

TEST_F(StallTest, TheStoresTimeoutIsForWritesThatDoNotSay) {
  options_.write_timeout = milliseconds{0};
  Create(HashRouting{.shards = 2});
  Stop();
  EXPECT_CODE(Post(), StatusCode::kBusy);
  EXPECT_CODE(store_->Sync(), StatusCode::kBusy);
}

TEST_F(StallTest, WritersGoOnWhenTheStallEnds) {
  Stop();
  std::atomic<int> written{0};
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&] { written += Post(std::chrono::minutes{5}).has_value() ? 1 : 0; });
  }
  while (store_->Stats().stall.writes_waited < 8) std::this_thread::yield();
  engine_->Unstall();
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(written, 8);
  EXPECT_EQ(store_->Stats().stall.writes_refused, 0U);
}

TEST_F(StallTest, TheLongestTimeoutIsNoneThatHasPassed) {
  Stop();
  std::thread writer([&] { EXPECT_OK(Post(milliseconds::max())); });
  while (store_->Stats().stall.writes_waited < 1) std::this_thread::yield();
  engine_->Unstall();
  writer.join();
}

TEST_F(StallTest, WhoWaitsLongHoldsNoLockThatOthersNeed) {
  Stop();
  std::thread patient([&] {
    EXPECT_OK(
        store_->posts().Post({.channel = "c", .content = "x", .nonce = "n"}, {.timeout = std::chrono::minutes{5}}));
  });
  while (store_->Stats().stall.writes_waited < 1) std::this_thread::yield();
  // With the channel held by the patient one, these would be there as long as it is.
  for (const Status& status : AllWrites(kSoon)) EXPECT_CODE(status, StatusCode::kBusy);
  engine_->Unstall();
  patient.join();
}

TEST_F(StallTest, FewTryWhileTheEngineRefuses) {
  Stop();
  const int before = engine_->writes();
  std::vector<std::thread> writers;
  for (int i = 0; i < 16; ++i) {
    writers.emplace_back([&] { EXPECT_CODE(Post(milliseconds{200}), StatusCode::kBusy); });
  }
  for (std::thread& writer : writers) writer.join();
  // Each once at first; from then on one at a time, after pauses that grow to 50 ms. Without pacing: tens of thousands.
  EXPECT_LT(engine_->writes() - before, 200);
}

class StalledUploadTest : public StallTest {
 protected:
  void SetUp() override {
    options_.write_timeout = milliseconds{0};
    StallTest::SetUp();
    auto upload = store::Upload::Begin(&store_->attachments(), "c", kept_, "a", {});
    ASSERT_OK(upload);
    upload_ = *std::move(upload);
  }
  void TearDown() override {
    upload_.reset();
    StallTest::TearDown();
  }

  const std::string bytes_ = std::string(codec::kChunkBytes, 'a') + std::string(codec::kChunkBytes, 'b');
  std::unique_ptr<store::Upload> upload_;
};

TEST_F(StalledUploadTest, GoesOnWhenTheCallThatWasRefusedIsMadeAgain) {
  Stop();
  for (int i = 0; i < 3; ++i) EXPECT_CODE(upload_->Append(bytes_), StatusCode::kBusy);
  engine_->Unstall();
  ASSERT_OK(upload_->Append(bytes_));
  EXPECT_EQ(upload_->size(), bytes_.size());
  Stop();
  EXPECT_CODE(upload_->Finish({}), StatusCode::kBusy);
  engine_->Unstall();
  const auto info = upload_->Finish({});
  ASSERT_OK(info);
  EXPECT_EQ(info->size, bytes_.size());
  EXPECT_EQ(info->checksum, codec::ChecksumOf(bytes_));
  const auto verified = store_->Verify({});
  ASSERT_OK(verified);
  EXPECT_TRUE(verified->problems.empty());
}

TEST_F(StalledUploadTest, IsNotFinishedWithoutTheBytesThatWereRefused) {
  Stop();
  EXPECT_CODE(upload_->Append(bytes_), StatusCode::kBusy);
  engine_->Unstall();
  EXPECT_CODE(upload_->Finish({}), StatusCode::kInvalidArgument);
  EXPECT_OK(upload_->Append(bytes_));
  EXPECT_OK(upload_->Finish({}));
}

TEST_F(StalledUploadTest, EndsByOtherBytesThanThoseThatWereRefused) {
  Stop();
  EXPECT_CODE(upload_->Append(bytes_), StatusCode::kBusy);
  engine_->Unstall();
  EXPECT_CODE(upload_->Append("x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(upload_->Append(bytes_), StatusCode::kInvalidArgument);
}

TEST_F(StallTest, StatsTellWhoHoldsUpWrites) {
  Stop();
  EXPECT_CODE(Post(kSoon), StatusCode::kBusy);
  const StallStats stall = store_->Stats().stall;
  EXPECT_EQ(stall.state, StallState::kStopped);
  EXPECT_EQ(stall.shard, "shard-0001");
  EXPECT_EQ(stall.reason, "36 files in level 0");
  EXPECT_EQ(stall.writes_waited, 1U);
  EXPECT_EQ(stall.writes_refused, 1U);
}

TEST_F(StallTest, TheLogNamesTheCulpritOnceInAWhile) {
  Stop();
  for (int i = 0; i < 3; ++i) EXPECT_CODE(Post(kSoon), StatusCode::kBusy);
  ASSERT_EQ(logger_->lines().size(), 1U);
  EXPECT_THAT(logger_->lines()[0], HasSubstr("stopped by shard-0001 (36 files in level 0)"));
}

TEST_F(StallTest, ClosingDuringAStallDoesNotWaitAndSucceeds) {
  options_.write_timeout = std::chrono::minutes{30};  // which no test would wait
  Create(HashRouting{.shards = 2});
  EXPECT_OK(Post());
  Stop();
  EXPECT_OK(store_->Close());
}

}  // namespace
}  // namespace rookery::testing
