// Who holds all channels, and who waits at the write gate or for a channel: neither waits for the other for ever.
#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <vector>

#include "store/bulk/bulk_load.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr milliseconds kAtOnce{0};

class AllChannelsTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    options_.write_timeout = kAtOnce;
    EngineStoreTest::SetUp();
    ASSERT_OK_AND_ASSIGN(kept_, Post({.channel = "c", .content = "kept"}));
  }
  /// One write is refused, so that the gate gives one turn at a time; from then on the engine takes everything.
  void Narrow() {
    engine_->StallBy({.state = StallState::kStopped, .keyspace = "shard-0001", .reason = "it must"});
    EXPECT_CODE(Post({.channel = "c", .content = "x"}), StatusCode::kBusy);
    engine_->Unstall();
  }
  /// Does it while some other write has the only turn.
  Status BesideATurn(const std::function<Status()>& action) {
    Narrow();
    return store_->context().gate->Run({}, {}, [&](store::WriteAttempt* /*attempt*/) { return action(); });
  }
  std::vector<Status> WritesToMessages() {
    const NewMessage plain{.channel = "c", .content = "x"};
    const NewMessage known{.channel = "c", .content = "x", .nonce = "n"};
    return {store_->posts().Post(plain, {}).status(), store_->posts().Post(known, {}).status(),
            store_->posts().PostBatch({&plain, 1}, {}).status(),
            store_->messages().Edit("c", kept_, {.content = "e"}, {}).status(),
            store_->messages().Delete("c", kept_, {}).status()};
  }

  MessageId kept_;
};

TEST_F(AllChannelsTest, ARepairWaitsForNoTurn) {
  EXPECT_OK(BesideATurn([&] { return store_->Repair({}).status(); }));
  EXPECT_TRUE(store_->context().buckets->complete());
}

TEST_F(AllChannelsTest, TheEndOfABulkLoadWaitsForNoTurn) {
  const NewMessage message{.channel = "new", .content = "x", .id = IdAt(clock_->Now())};
  const auto load = [&]() -> Status {
    auto started = store::bulk::BulkLoad::Start(store_.get(), {});
    if (!started) return started.status();
    Status added = (*started)->Add({&message, 1}, {});
    return added.ok() ? (*started)->Finish().status() : added;
  };
  EXPECT_OK(BesideATurn(load));
  EXPECT_TRUE(Get("new", message.id));
}

TEST_F(AllChannelsTest, WhatIsWrittenBesideARepairIsRefusedAtItsDeadline) {
  std::vector<Status> refused;
  engine_->BeforeNextCursor([&] { refused = WritesToMessages(); });
  ASSERT_OK(store_->Repair({}));
  ASSERT_EQ(refused.size(), 5U);
  for (const Status& status : refused) {
    EXPECT_CODE(status, StatusCode::kBusy);
    EXPECT_THAT(status.ToString(), HasSubstr("held all channels"));
    EXPECT_GT(status.retry_after(), milliseconds{0});
  }
  for (const Status& status : WritesToMessages()) EXPECT_OK(status);
}

TEST_F(AllChannelsTest, AWriteThatPassedTheTurnstileBeforeItClosedDoesNotWaitForAChannel) {
  base::FairSharedMutex& channel = store_->context().channel_locks.For("c");
  channel.close();
  for (const Status& status : WritesToMessages()) EXPECT_CODE(status, StatusCode::kBusy);
  channel.open();
  for (const Status& status : WritesToMessages()) EXPECT_OK(status);
}

}  // namespace
}  // namespace rookery::testing
