// What the ingestor makes of an engine that fails or is held up, and of a store that is busy.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "ingest/pump.h"
#include "tests/ingest/answers.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class IngestFailureTest : public EngineStoreTest {
 protected:
  void SetUp() override { Create(RangeRouting{.splits = {"b"}}); }  // "a" in the first shard, "b" in the second
  void TearDown() override {
    door_.Open();
    pump_.reset();
  }

  void Begin(const IngestOptions& options = {}) {
    // The first write brings the id horizon, and others that need it wait for it.
    ASSERT_OK(EngineStoreTest::Post({.channel = "first"}));
    shared_ = std::move(store_);
    auto made = ingest::Pump::Start(shared_, options);
    ASSERT_OK(made);
    pump_ = *std::move(made);
  }
  /// The next write stands before door_ until that is opened.
  void HoldNextWrite() {
    engine_->BeforeEachWrite([this] {
      if (!held_.exchange(true)) door_.Pass();
    });
  }
  Status Post(std::string_view channel, const IngestPostOptions& options = {}) {
    return pump_->Post({.channel = channel, .content = "x"}, answers_.Collect(), options);
  }
  /// All ids that the store may make before the clock goes on.
  void UseUpIds() {
    std::vector<NewMessage> messages(4096, {.channel = "a", .content = "x"});
    while (shared_->posts().PostBatch(messages, {}).has_value()) {
    }
    messages.resize(1);
    while (shared_->posts().PostBatch(messages, {}).has_value()) {
    }
  }

  std::shared_ptr<store::StoreImpl> shared_;
  std::shared_ptr<ingest::Pump> pump_;
  Answers answers_;
  Gate door_;
  std::atomic<bool> held_{false};
};

TEST_F(IngestFailureTest, AFailedWriteIsToldToItsMessagesAndTheCauseToLaterOnes) {
  Begin();
  engine_->FailWrites({StatusCode::kNoSpace, "the disk is full"});
  ASSERT_OK(Post("a"));
  ASSERT_TRUE(answers_.Await(1));
  EXPECT_EQ(answers_.Count(StatusCode::kNoSpace), 1U);
  ASSERT_OK(Post("b"));
  ASSERT_TRUE(answers_.Await(2));
  EXPECT_EQ(answers_.Count(StatusCode::kUnavailable), 1U);
  EXPECT_THAT(answers_.all().back().error().ToString(), HasSubstr("the disk is full"));
  EXPECT_OK(pump_->Stop());
  EXPECT_EQ(pump_->Stats().total.failed, 2U);
}

TEST_F(IngestFailureTest, AStoreThatRefusesWritesHasNoIngestor) {
  engine_->FailWrites({StatusCode::kIoError, "broken"});
  EXPECT_CODE(EngineStoreTest::Post({.channel = "a"}), StatusCode::kIoError);
  shared_ = std::move(store_);
  EXPECT_CODE(ingest::Pump::Start(shared_, {}), StatusCode::kUnavailable);
}

TEST_F(IngestFailureTest, ABlockedShardDelaysOnlyItself) {
  Begin();
  HoldNextWrite();
  ASSERT_OK(Post("a"));
  ASSERT_TRUE(door_.AwaitVisitors(1));
  for (int i = 0; i < 10; ++i) ASSERT_OK(Post("b"));
  EXPECT_TRUE(answers_.Await(10)) << "the other shard goes on";
  EXPECT_EQ(pump_->Stats().destinations[0].counters.waiting_messages, 1U);
  EXPECT_CODE(pump_->Flush(milliseconds{1}), StatusCode::kBusy);
  door_.Open();
  EXPECT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 11U);
}

TEST_F(IngestFailureTest, ABlockedDestinationDelaysOnlyItself) {
  Begin({.destinations = {"slow", "quick"}});
  HoldNextWrite();
  ASSERT_OK(Post("a", {.destination = "slow"}));
  ASSERT_TRUE(door_.AwaitVisitors(1));
  ASSERT_OK(Post("a", {.destination = "quick"}));
  ASSERT_OK(Post("a"));
  EXPECT_TRUE(answers_.Await(2));
  door_.Open();
  EXPECT_OK(pump_->Stop());
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 3U);
}

TEST_F(IngestFailureTest, AFullMailboxAnswersBusyAndWhenToTryAgain) {
  Begin({.mailbox = {.messages = 2, .when_full = WhenFull::kBusy}});
  HoldNextWrite();
  ASSERT_OK(Post("a"));
  ASSERT_OK(Post("a"));
  const Status refused = Post("a");
  EXPECT_CODE(refused, StatusCode::kBusy);
  EXPECT_TRUE(refused.retry_after().has_value());
  EXPECT_THAT(refused.ToString(), HasSubstr("shard-0000"));
  EXPECT_OK(Post("b")) << "another mailbox";
  EXPECT_EQ(pump_->Stats().total.refused, 1U);
  door_.Open();
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_OK(Post("a"));
}

TEST_F(IngestFailureTest, AMailboxIsBoundedInBytes) {
  Begin({.mailbox = {.bytes = 2000, .when_full = WhenFull::kBusy}});
  HoldNextWrite();
  const std::string content(1500, 'x');
  EXPECT_OK(pump_->Post({.channel = "a", .content = content}, nullptr, {}));
  EXPECT_CODE(pump_->Post({.channel = "a", .content = content}, nullptr, {}), StatusCode::kBusy);
  const std::string huge(2000, 'x');
  const Status refused = pump_->Post({.channel = "b", .content = huge}, nullptr, {});
  EXPECT_CODE(refused, StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.ToString(), HasSubstr("IngestMailbox::bytes"));
}

TEST_F(IngestFailureTest, WithoutAFigureMailboxesHaveTheirPartOfTheStoresMemory) {
  Begin({.mailbox = {.messages = 100'000, .when_full = WhenFull::kBusy}});
  HoldNextWrite();
  const std::string content(100'000, 'x');
  while (pump_->Post({.channel = "a", .content = content}, nullptr, {}).ok()) {
  }
  const std::uint64_t held = pump_->Stats().total.waiting_bytes;
  const std::uint64_t part = shared_->context().memory.mailboxes;
  EXPECT_LE(held, part / 2) << "there are two destinations";
  EXPECT_GT(held + 2 * content.size(), part / 2);
  const std::vector<MemoryPart> memory = shared_->Stats().memory;
  EXPECT_EQ(memory[3].part, "mailboxes");
  EXPECT_EQ(memory[3].budget, part);
  EXPECT_EQ(memory[3].used, held);
  EXPECT_OK(Post("b")) << "the other one has its half";
  door_.Open();
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(shared_->Stats().memory[3].used, 0U);
}

TEST_F(IngestFailureTest, APostWaitsForRoomUntilItsTimeout) {
  Begin({.mailbox = {.messages = 1}});
  HoldNextWrite();
  ASSERT_OK(Post("a"));
  EXPECT_CODE(Post("a", {.timeout = milliseconds{1}}), StatusCode::kBusy);
  auto waiting = std::async(std::launch::async, [&] { return Post("a", {.timeout = kLongEnough}); });
  door_.Open();
  EXPECT_OK(waiting.get());
  EXPECT_TRUE(answers_.Await(2));
}

TEST_F(IngestFailureTest, WhoWaitsForRoomIsToldWhenItStops) {
  Begin({.mailbox = {.messages = 1}, .workers = 1});
  HoldNextWrite();
  ASSERT_OK(Post("a"));
  ASSERT_TRUE(door_.AwaitVisitors(1));
  auto waiting = std::async(std::launch::async, [&] { return Post("a", {.timeout = kLongEnough}); });
  auto stopping = std::async(std::launch::async, [&] { return pump_->Stop(); });
  // Whether it waited already or comes only now: there is no room, and it must not wait its minute.
  EXPECT_CODE(waiting.get(), StatusCode::kClosed);
  door_.Open();
  EXPECT_OK(stopping.get());
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 1U);
}

TEST_F(IngestFailureTest, ACallbackDoesNotWaitForRoom) {
  Begin({.mailbox = {.messages = 1}, .timeout = kLongEnough});
  std::promise<Status> told;
  ASSERT_OK(pump_->Post({.channel = "a"}, [&](const auto& /*posted*/) { told.set_value(Post("a")); }, {}));
  // Its own letter still takes the room.
  EXPECT_CODE(told.get_future().get(), StatusCode::kBusy);
}

TEST_F(IngestFailureTest, PostsThatTheStoreIsTooBusyForAreStoredWhenItIsNot) {
  options_.ids.max_clock_lead = milliseconds{1};
  CloseAndReopen();
  Begin({.timeout = kLongEnough});
  UseUpIds();
  for (int i = 0; i < 20; ++i) ASSERT_OK(Post(i % 2 == 0 ? "a" : "b"));
  while (pump_->Stats().total.retried < 20) std::this_thread::yield();
  EXPECT_TRUE(answers_.all().empty());
  clock_->Advance(milliseconds{1000});
  EXPECT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 20U);
}

TEST_F(IngestFailureTest, PostsThatTheStoreStaysTooBusyForAreAnsweredBusyAtTheirTimeout) {
  options_.ids.max_clock_lead = milliseconds{1};
  CloseAndReopen();
  Begin({.timeout = milliseconds{5}});
  UseUpIds();
  for (int i = 0; i < 20; ++i) ASSERT_OK(Post("a"));
  EXPECT_OK(pump_->Stop());
  EXPECT_EQ(answers_.Count(StatusCode::kBusy), 20U);
}

class StalledIngestTest : public IngestFailureTest, public ::testing::WithParamInterface<Durability> {
 protected:
  /// The store itself would let a write wait for an hour.
  void SetUp() override {
    options_.write_timeout = std::chrono::hours{1};
    Create(HashRouting{.shards = 8});
    Begin({.batch = {.messages = 4, .age = milliseconds{1}},
           .timeout = milliseconds{100},
           .durability = GetParam(),
           .workers = 2});
    engine_->StallBy({.state = StallState::kStopped, .keyspace = "shard-0000", .reason = "too many files"});
  }
  void TearDown() override {
    engine_->Unstall();
    IngestFailureTest::TearDown();
  }
  void PostToManyChannels() {
    for (int i = 0; i < 64; ++i) ASSERT_OK(Post("c" + std::to_string(i)));
  }
};
INSTANTIATE_TEST_SUITE_P(Durabilities, StalledIngestTest, ::testing::Values(Durability::kBuffered, Durability::kSync));

TEST_P(StalledIngestTest, PostsAreAnsweredByTheirTimeouts) {
  PostToManyChannels();
  ASSERT_TRUE(answers_.Await(64)) << "they wait for the store's timeout, not their own";
  EXPECT_EQ(answers_.Count(StatusCode::kBusy), 64U);
  EXPECT_THAT(answers_.all().front().error().ToString(), HasSubstr("too many files"));
  engine_->Unstall();
  ASSERT_OK(Post("c1"));
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 1U);
}

TEST_P(StalledIngestTest, StopTakesNoLongerThanTheTimeouts) {
  PostToManyChannels();
  auto stopping = std::async(std::launch::async, [&] { return pump_->Stop(); });
  EXPECT_EQ(stopping.wait_for(kLongEnough), std::future_status::ready);
  engine_->Unstall();
  EXPECT_OK(stopping.get());
  EXPECT_EQ(answers_.Count(StatusCode::kBusy), 64U);
}

TEST_P(StalledIngestTest, PostsAreStoredWhenTheStallEndsBeforeTheirTimeouts) {
  const int before = engine_->writes();
  for (int i = 0; i < 64; ++i) ASSERT_OK(Post("c" + std::to_string(i), {.timeout = kLongEnough}));
  while (engine_->writes() == before) std::this_thread::yield();
  engine_->Unstall();
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 64U);
}

TEST_F(IngestFailureTest, WhatIsTriedAgainInAStallUsesItsAdmissionOnce) {
  options_.admission.store = {.posts_per_second = 1, .burst_posts = 8};
  Create(HashRouting{.shards = 1});
  Begin({.timeout = kLongEnough});  // takes one
  engine_->StallBy({.state = StallState::kStopped, .keyspace = "shard-0000", .reason = "too many files"});
  const int before = engine_->writes();
  for (int i = 0; i < 4; ++i) ASSERT_OK(Post("c"));
  while (engine_->writes() < before + 5) std::this_thread::yield();
  engine_->Unstall();
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 4U);
  EXPECT_EQ(pump_->Stats().total.failed, 0U);
  std::vector<NewMessage> rest(3, {.channel = "c", .content = "x"});
  EXPECT_OK(shared_->posts().PostBatch(rest, {})) << "8 less 1 less 4";
  EXPECT_CODE(shared_->posts().PostBatch(rest, {}), StatusCode::kBusy);
}

TEST_F(IngestFailureTest, DurableWritesOfSeveralShardsAreOneAsLongAsABatchHoldsThem) {
  Begin({.batch = {.bytes = 5000}, .durability = Durability::kSync, .workers = 1});
  HoldNextWrite();
  ASSERT_OK(Post("a"));
  ASSERT_TRUE(door_.AwaitVisitors(1));
  const int before = engine_->writes();
  const std::string content(1000, 'x');
  for (const std::string_view channel : {"a", "b"}) {
    ASSERT_OK(pump_->Post({.channel = channel, .content = content}, answers_.Collect(), {}));
  }
  door_.Open();
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(engine_->writes() - before, 2) << "the one that was held, and one for both";
}

TEST_F(IngestFailureTest, DurableWritesOfSeveralShardsThatABatchDoesNotHoldAreSeveral) {
  Begin({.batch = {.bytes = 5000}, .durability = Durability::kSync, .workers = 1});
  HoldNextWrite();
  ASSERT_OK(Post("a"));
  ASSERT_TRUE(door_.AwaitVisitors(1));
  const int before = engine_->writes();
  const std::string content(3000, 'x');
  for (const std::string_view channel : {"a", "b"}) {
    ASSERT_OK(pump_->Post({.channel = channel, .content = content}, answers_.Collect(), {}));
  }
  door_.Open();
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(engine_->writes() - before, 3);
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 3U);
}

TEST_F(IngestFailureTest, ClosingAStoreThatIsHeldUpWaitsForItsAnswers) {
  Begin();
  HoldNextWrite();
  ASSERT_OK(Post("a"));
  ASSERT_TRUE(door_.AwaitVisitors(1));
  auto closing = std::async(std::launch::async, [&] { return shared_->Close(); });
  door_.Open();
  EXPECT_OK(closing.get());
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 1U);
  EXPECT_CODE(Post("a"), StatusCode::kClosed);
}

TEST_F(IngestFailureTest, ADurableWriteOfSeveralShardsThatFailsForOneMessageStoresTheOthers) {
  const auto taken = EngineStoreTest::Post({.channel = "a", .content = "first"});
  ASSERT_OK(taken);
  Begin({.batch = {.messages = 100, .age = std::chrono::minutes{1}}, .durability = Durability::kSync, .workers = 1});
  Answers bad;
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK(Post("a"));
    ASSERT_OK(Post("b"));
  }
  ASSERT_OK(pump_->Post({.channel = "a", .content = "other", .id = *taken}, bad.Collect(), {}));
  ASSERT_OK(pump_->Flush(kLongEnough));
  EXPECT_EQ(answers_.Count(StatusCode::kOk), 10U);
  EXPECT_EQ(bad.Count(StatusCode::kAlreadyExists), 1U);
}

}  // namespace
}  // namespace rookery::testing
