// Retention beside others: posts that are under way, rules and clocks that change, and a bucket map that cannot be
// used.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "codec/key_format.h"
#include "store/bulk/bulk_load.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;

class RetentionRaceTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    options_.retention_interval = milliseconds{0};
    Create(HashRouting{.shards = 1});
    clock_->Set(Timestamp{milliseconds{1'700'000'000'000}});
  }
  void PostSome(std::string_view channel, int messages) {
    for (int i = 0; i < messages; ++i) ASSERT_OK(Post({.channel = channel, .content = "x"}));
  }
  std::uint64_t Count(std::string_view channel) {
    const auto size = store_->SizeOf(channel);
    EXPECT_OK(size);
    return size ? size->messages : 0;
  }
  std::size_t PageSize(std::string_view channel) { return store_->reads().History(channel, {}, nullptr)->size(); }
  void ExpectSound() {
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store_->Verify({}));
    for (const VerifyProblem& problem : report.problems) ADD_FAILURE() << problem.where << ": " << problem.what;
  }
  /// A load of 100 messages of 50 days ago.
  Status LoadOldOnes(std::string_view channel) {
    auto load = store::bulk::BulkLoad::Start(store_.get(), {});
    if (!load) return load.status();
    const MessageId first = IdAt(clock_->Now() - days{50});
    for (std::uint64_t i = 0; i < 100; ++i) {
      const NewMessage message{.channel = channel, .content = "loaded", .id = MessageId{first.value + i}};
      RK_TRY((*load)->Add({&message, 1}, {}));
    }
    return (*load)->Finish().status();
  }
};

TEST_F(RetentionRaceTest, APostUnderWayIsSeenByTheCut) {
  const MessageId old = IdAt(clock_->Now() - days{100});
  for (std::uint64_t i = 0; i < 100; ++i) {
    ASSERT_OK(Post({.channel = "c", .content = "x", .id = MessageId{old.value + i}}));
  }
  ASSERT_OK(store_->SetRetention({.limits = {.max_age = days{10}}}));
  std::atomic<bool> writing{false};
  std::atomic<bool> reading{false};
  engine_->BeforeEachWrite([&, first = true]() mutable {
    if (!std::exchange(first, false)) return;
    writing = true;
    // The cut must wait for this post; one that does not will read what is there before it is stored.
    for (int i = 0; i < 20'000 && !reading; ++i) std::this_thread::yield();
  });
  std::thread poster(
      [&] { EXPECT_OK(Post({.channel = "c", .content = "late", .nonce = "n", .id = MessageId{old.value + 5000}})); });
  while (!writing) std::this_thread::yield();
  engine_->BeforeNextCursor([&] { reading = true; });
  ASSERT_OK(store_->RunRetention({}));
  poster.join();
  ASSERT_OK(store_->RunRetention({}));
  EXPECT_EQ(Count("c"), 0U);
  ExpectSound();
  ASSERT_OK_AND_ASSIGN(const MessageId again, Post({.channel = "c", .content = "anew", .nonce = "n"}));
  EXPECT_TRUE(Get("c", again));
}

TEST_F(RetentionRaceTest, AClockThatJumpsDuringARunRemovesNothing) {
  PostSome("a", 1);
  clock_->Advance(days{40});
  PostSome("b", 50);
  ASSERT_OK(store_->SetRetention({.limits = {.max_age = days{30}}}));
  engine_->BeforeEachWrite([this, first = true]() mutable {
    if (std::exchange(first, false)) clock_->Advance(days{365});
  });
  ASSERT_OK(store_->RunRetention({}));
  EXPECT_EQ(Count("a"), 0U);
  EXPECT_EQ(Count("b"), 50U);
}

TEST_F(RetentionRaceTest, ARuleThatIsTakenBackRemovesNothingMore) {
  for (const char* channel : {"a", "b", "c"}) PostSome(channel, 10);
  ASSERT_OK(store_->SetRetention({.limits = {.max_messages = 1}}));
  ASSERT_OK(store_->RunRetention({.progress = [this](const ChannelTrim& /*trim*/) {
    EXPECT_OK(store_->SetRetention({}));
    return true;
  }}));
  EXPECT_EQ(Count("a"), 1U);
  EXPECT_EQ(Count("b"), 10U);
  EXPECT_EQ(Count("c"), 10U);
}

TEST_F(RetentionRaceTest, WhatALoadBringsIsNotCutBeforeTheMapKnowsIt) {
  PostSome("c", 1);
  ASSERT_OK(store_->SetRetention({.limits = {.max_messages = 5}}));
  bool ran = false;
  engine_->BeforeEachWrite([&] {
    if (store_->context().buckets->complete() || std::exchange(ran, true)) return;
    EXPECT_CODE(store_->RunRetention({}), StatusCode::kBusy);
  });
  ASSERT_OK(LoadOldOnes("c"));
  EXPECT_TRUE(ran);
  EXPECT_EQ(Count("c"), 101U);
  ASSERT_OK(store_->RunRetention({}));
  EXPECT_EQ(Count("c"), 5U);
  ExpectSound();
}

TEST_F(RetentionRaceTest, ALoadAfterARecoveryThatFailedIsThereAfterReopening) {
  options_.write_timeout = milliseconds{0};
  PostSome("c", 1);
  engine_->FailWrites({StatusCode::kIoError, "the process is gone"});
  store_.reset();  // leaves a mark
  auto engine = std::make_unique<FaultyEngine>(rows_);
  engine_ = engine.get();
  engine::StallReport stopped;
  stopped.state = StallState::kStopped;
  engine_->StallBy(stopped);
  StoreInfo info;
  info.store_id = std::string(32, 'a');
  info.epoch = options_.ids.epoch;
  ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open({std::move(engine), options_, info, clock_}));
  engine_->Unstall();
  ASSERT_FALSE(store_->context().buckets->complete());
  ASSERT_OK(LoadOldOnes("loaded"));
  CloseAndReopen();
  EXPECT_EQ(PageSize("loaded"), 50U);
  EXPECT_EQ(Count("loaded"), 100U);
  ExpectSound();
}

TEST_F(RetentionRaceTest, ADamagedBucketRowStopsNeitherReadsNorRetention) {
  PostSome("bad", 10);
  PostSome("good", 10);
  ASSERT_OK(store_->keeper().Checkpoint());
  const std::uint64_t bucket = store_->context().buckets->rule().BucketOf(IdAt(clock_->Now()));
  CloseAndReopen();
  const auto batch = rows_->NewBatch();
  batch->Put(store_->context().KeyspaceOf(ShardId{0}), codec::BucketKeyOf(codec::KeyKind::kBucket, "bad", bucket),
             "no row");
  ASSERT_OK(rows_->Write(*batch, /*sync=*/false));
  EXPECT_EQ(PageSize("bad"), 10U);
  ASSERT_OK(store_->SetRetention({.limits = {.max_messages = 3}}));
  ASSERT_OK(store_->RunRetention({}));
  EXPECT_EQ(Count("bad"), 3U);
  EXPECT_EQ(Count("good"), 3U);
  ExpectSound();
}

}  // namespace
}  // namespace rookery::testing
