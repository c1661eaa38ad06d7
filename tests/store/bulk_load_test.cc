// A bulk load gives the store that a batch of the same messages gives.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/store/bulk_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BulkLoadTest : public StoreKindTest {
 protected:
  /// Another store like this one, in which batches do what loads do here.
  Store& other() {
    if (!other_) {
      auto opened = Store::Open(dir_ / "other", options());
      EXPECT_OK(opened);
      other_.emplace(*std::move(opened));
    }
    return *other_;
  }
  void TearDown() override {
    if (other_) {
      EXPECT_OK(other_->Close());
    }
    StoreKindTest::TearDown();
  }

  /// Few ids and few texts, so that messages meet.
  OwnedMessage AnyMessage(SeededRandom* random) {
    OwnedMessage message{
        .channel = random->OneIn(20) ? std::string("z\0e", 3) : std::string(1, "cdx"[random->Below(3)]),
        .author = random->OneIn(3) ? "bob" : "ada",
        .content = std::string(1, static_cast<char>('a' + random->Below(3))),
        .nonce = {},
        .id = MessageId{(random->Below(6) << MessageId::kTimeShift) + 1 + random->Below(12)},
        .created_at = std::nullopt};
    if (random->OneIn(4))
      message.id = MessageId{((1 + random->Below(6)) << MessageId::kTimeShift) - 1 - random->Below(2)};
    if (random->OneIn(3)) message.nonce = "n" + std::to_string(random->Below(20));
    message.remember_nonce = !random->OneIn(3);
    if (random->OneIn(4)) message.created_at = message.id.time(options().ids.epoch);
    if (random->OneIn(8)) message.version = Version{2};
    return message;
  }
  OwnedMessages AnyMessages(SeededRandom* random, std::size_t count) {
    OwnedMessages messages;
    for (std::size_t i = 0; i < count; ++i) messages.push_back(AnyMessage(random));
    return messages;
  }

  std::optional<Store> other_;
};

INSTANTIATE_TEST_SUITE_P(Stores, BulkLoadTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(BulkLoadTest, EveryMessageIsThereAfterIt) {
  const OwnedMessages messages = DistinctMessages(1000);
  ASSERT_OK_AND_ASSIGN(const BulkReport report, BulkLoad(&store(), messages));
  EXPECT_EQ(report.posted, 1000U);
  EXPECT_EQ(report.existed + report.renamed + report.refused, 0U);
  ASSERT_OK(other().PostBatch(ViewsOf(messages)));
  EXPECT_EQ(Dump(store()), Dump(other()));
  EXPECT_EQ(store().Stats()->counters.messages_posted, 1000U);
  const bool places = std::holds_alternative<DirectoryRouting>(*options().routing);
  EXPECT_EQ(store().Stats()->counters.channels_placed, places ? 7U : 0U);
}

TEST_P(BulkLoadTest, NothingIsVisibleBeforeFinish) {
  ASSERT_OK_AND_ASSIGN(auto loader, store().BulkLoader());
  for (const OwnedMessage& message : DistinctMessages(100)) ASSERT_OK(loader.Add(message.view()));
  EXPECT_TRUE(Dump(store()).empty());
  ASSERT_OK(loader.Finish());
  EXPECT_EQ(Dump(store()).size(), 100U);
}

TEST_P(BulkLoadTest, ASecondLoadOfTheSameAddsNothing) {
  const OwnedMessages messages = DistinctMessages(500);
  ASSERT_OK(BulkLoad(&store(), messages));
  ASSERT_OK_AND_ASSIGN(const BulkReport again, BulkLoad(&store(), messages));
  EXPECT_EQ(again.posted, 0U);
  EXPECT_EQ(again.existed, 500U);
  EXPECT_EQ(Dump(store()).size(), 500U);
}

TEST_P(BulkLoadTest, WhatMeetsIsSettledAsABatchWould) {
  SeededRandom random(17);
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 12; ++round) {
    const OwnedMessages messages = AnyMessages(&random, 1 + random.Below(60));
    std::vector<Posted> posted;
    const auto views = ViewsOf(messages);
    ASSERT_OK_AND_ASSIGN(posted, other().PostBatch(views, {.id_collision = IdCollision::kNextFreeId}));
    ASSERT_OK_AND_ASSIGN(const BulkReport report,
                         BulkLoad(&store(), messages, {.id_collision = IdCollision::kNextFreeId}));
    const auto existed = std::count_if(posted.begin(), posted.end(), [](const Posted& p) { return p.existed; });
    EXPECT_EQ(report.existed, static_cast<std::uint64_t>(existed));
    EXPECT_EQ(report.posted + report.existed, messages.size());
    ASSERT_EQ(Dump(store()), Dump(other())) << "round " << round;
  }
  EXPECT_EQ(store().Verify()->shards.size(), other().Verify()->shards.size());
}

TEST_P(BulkLoadTest, NoncesAreRememberedWithTheIdsThatMessagesGot) {
  SeededRandom random(18);
  SCOPED_TRACE(random.trace());
  OwnedMessages messages = AnyMessages(&random, 200);
  ASSERT_OK(other().PostBatch(ViewsOf(messages), {.id_collision = IdCollision::kNextFreeId}));
  ASSERT_OK(BulkLoad(&store(), messages, {.id_collision = IdCollision::kNextFreeId}));
  for (OwnedMessage& message : messages) {
    if (message.nonce.empty() || !message.remember_nonce) continue;
    message.id = {};
    ASSERT_OK_AND_ASSIGN(const MessageId here, store().Post(message.view()));
    ASSERT_OK_AND_ASSIGN(const MessageId there, other().Post(message.view()));
    EXPECT_EQ(here, there) << message.nonce;
  }
}

TEST_P(BulkLoadTest, FailsWhereABatchFailsAndLeavesNothing) {
  const OwnedMessage first{
      .channel = "c", .author = "a", .content = "x", .nonce = {}, .id = MessageId{7}, .created_at = {}};
  OwnedMessage second = first;
  second.content = "y";
  const auto failed = BulkLoad(&store(), {first, second});
  EXPECT_CODE(failed, StatusCode::kAlreadyExists);
  EXPECT_THAT(failed.error().ToString(), HasSubstr("id 7 of channel \"c\""));
  EXPECT_TRUE(Dump(store()).empty());
  ASSERT_OK(store().Post(first.view()));
  EXPECT_CODE(BulkLoad(&store(), {second}), StatusCode::kAlreadyExists);
}

TEST_P(BulkLoadTest, LeavesOutWhatItIsToldTo) {
  OwnedMessages messages = DistinctMessages(10, 1);
  messages.push_back(messages[3]);
  messages.back().content = "another";
  std::vector<std::uint64_t> refused;
  BulkOptions options;
  options.on_refused = [&](const BulkRefusal& refusal) {
    EXPECT_EQ(refusal.channel, "channel-0");
    EXPECT_EQ(refusal.id, messages[3].id);
    refused.push_back(refusal.index);
    return true;
  };
  ASSERT_OK_AND_ASSIGN(const BulkReport report, BulkLoad(&store(), messages, options));
  EXPECT_EQ(report.posted, 10U);
  EXPECT_EQ(report.refused, 1U);
  EXPECT_THAT(refused, ElementsAre(10));
}

TEST_P(BulkLoadTest, MadeIdsRiseInTheOrderOfAdding) {
  OwnedMessages messages = DistinctMessages(300, 3, 0);
  for (OwnedMessage& message : messages) message.id = {};
  ASSERT_OK(BulkLoad(&store(), messages));
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const Page page = History("channel-" + std::to_string(channel), {.limit = 200, .order = Order::kOldestFirst});
    ASSERT_EQ(page.size(), 100U);
    for (std::size_t i = 0; i < page.size(); ++i) EXPECT_EQ(page[i].content(), std::to_string(3 * i + channel));
  }
  const MessageId last = History("channel-2", {.limit = 1})[0].id();
  EXPECT_GT(Post("channel-2", "later"), last);
}

TEST_P(BulkLoadTest, SurvivesReopening) {
  if (!durable()) GTEST_SKIP() << "a memory store is forgotten";
  OwnedMessages messages = DistinctMessages(300, 3);
  for (std::size_t i = 0; i < messages.size(); i += 2) messages[i].id = {};
  for (std::size_t i = 0; i < messages.size(); i += 3) messages[i].nonce = std::to_string(i);
  ASSERT_OK(BulkLoad(&store(), messages));
  const auto before = Dump(store());
  Reopen();
  EXPECT_EQ(Dump(store()), before);
  const MessageId later = Post("channel-1", "later");
  EXPECT_EQ(later, History("channel-1", {.limit = 1})[0].id());
}

TEST_P(BulkLoadTest, AnEmptyLoadIsFine) {
  ASSERT_OK_AND_ASSIGN(const BulkReport report, BulkLoad(&store(), {}));
  EXPECT_EQ(report.posted, 0U);
}

TEST_P(BulkLoadTest, SpillsAndMergesWhatDoesNotFit) {
  SeededRandom random(19);
  OwnedMessages messages = DistinctMessages(20'000, 50, 800);
  for (std::size_t i = messages.size(); i > 1; --i) std::swap(messages[i - 1], messages[random.Below(i)]);
  for (std::size_t i = 0; i < messages.size(); i += 5) messages[i].nonce = "nonce-" + std::to_string(i);
  messages.push_back(messages[0]);
  ASSERT_OK_AND_ASSIGN(const BulkReport report, BulkLoad(&store(), messages, {.memory_bytes = std::size_t{8} << 20}));
  EXPECT_EQ(report.posted, 20'000U);
  EXPECT_EQ(report.existed, 1U);
  messages.pop_back();
  ASSERT_OK(other().PostBatch(ViewsOf(messages)));
  EXPECT_TRUE(Dump(store()) == Dump(other()));
}

}  // namespace
}  // namespace rookery::testing
