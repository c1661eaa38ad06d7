// Spread channels: their messages are in several shards, and nobody who reads or writes can tell.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/store/engine_fixture.h"
#include "tests/store/reshard_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SpreadTest : public ReshardFixture {
 protected:
  static constexpr const char* kGiant = "giant";

  void SetUp() override {
    options_.bucket_width = std::chrono::minutes{1};
    options_.retention_interval = std::chrono::milliseconds{0};
    StoreKindTest::SetUp();  // NOLINT(bugprone-parent-virtual-call): filled below
    for (int i = 0; i < 60; ++i) {
      clock().Advance(std::chrono::seconds{23});
      ids_.push_back(Post(kGiant, std::to_string(i)));
    }
    Post("small", "hello");
    ASSERT_OK(store().Put(kGiant, "topic", "all"));
  }
  void Spread(std::uint32_t shards) { Reshard(SpreadChannel{kGiant, shards}); }
  std::vector<std::string> Pages(const Reader& reader, HistoryQuery query) {
    std::vector<std::string> contents;
    for (bool more = true; more;) {
      const auto page = reader.History(kGiant, query);
      EXPECT_OK(page);
      if (!page || page->empty()) break;
      for (const MessageView& message : *page) contents.emplace_back(message.content());
      const MessageId last = (*page)[page->size() - 1].id();
      (query.order == Order::kNewestFirst ? query.before : query.after) = last;
      more = page->has_more();
    }
    return contents;
  }
  std::vector<std::string> Numbers(int from, int to) {
    std::vector<std::string> numbers;
    for (int i = from; i != to; i += from < to ? 1 : -1) numbers.push_back(std::to_string(i));
    return numbers;
  }
  /// How many messages each shard holds.
  std::vector<std::uint64_t> MessagesByShard() {
    const auto report = store().Verify();
    EXPECT_OK(report);
    std::vector<std::uint64_t> messages;
    for (const ShardCounts& shard : report->shards) messages.push_back(shard.messages);
    return messages;
  }

  std::vector<MessageId> ids_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, SpreadTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(SpreadTest, MessagesAreInSoManyShards) {
  ASSERT_NO_FATAL_FAILURE(Spread(3));
  const std::vector<std::uint64_t> messages = MessagesByShard();
  EXPECT_EQ(std::count_if(messages.begin(), messages.end(), [](std::uint64_t count) { return count >= 18; }), 3);
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  EXPECT_EQ(report.channels, 2U);
  EXPECT_EQ(report.messages, 61U);
}

TEST_P(SpreadTest, PagesAreInOrderAcrossShards) {
  for (const std::uint32_t shards : {4U, 3U, 2U, 1U}) {
    ASSERT_NO_FATAL_FAILURE(Spread(shards));
    ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
    for (const Reader* reader : {static_cast<const Reader*>(&store()), static_cast<const Reader*>(&snapshot)}) {
      for (const std::size_t limit : {1U, 7U, 60U, 100U}) {
        EXPECT_EQ(Pages(*reader, {.limit = limit}), Numbers(59, -1));
        EXPECT_EQ(Pages(*reader, {.limit = limit, .order = Order::kOldestFirst}), Numbers(0, 60));
      }
      EXPECT_EQ(Pages(*reader, {.before = ids_[40], .after = ids_[20], .limit = 6}), Numbers(39, 20));
    }
  }
}

TEST_P(SpreadTest, APageAroundAMessageReachesIntoOtherShards) {
  ASSERT_NO_FATAL_FAILURE(Spread(4));
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  for (int i = 5; i < 55; ++i) {
    const HistoryQuery query{.around = ids_[static_cast<std::size_t>(i)], .limit = 11};
    EXPECT_EQ(Contents(History(kGiant, query)), Numbers(i + 5, i - 6));
    ASSERT_OK_AND_ASSIGN(const Page page, snapshot.History(kGiant, query));
    EXPECT_EQ(Contents(page), Numbers(i + 5, i - 6));
  }
}

TEST_P(SpreadTest, EveryKindOfWriteReachesItsMessage) {
  ASSERT_NO_FATAL_FAILURE(Spread(4));
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    const MessageId id = ids_[i];
    if (i % 3 == 0) {
      ASSERT_OK(store().Edit(kGiant, id, {.content = "edited", .expected_version = Version{1}}));
      EXPECT_EQ(Get(kGiant, id)->content(), "edited");
    } else if (i % 3 == 1) {
      ASSERT_OK_AND_ASSIGN(const bool deleted, store().Delete(kGiant, id));
      EXPECT_TRUE(deleted);
      EXPECT_EQ(Get(kGiant, id), std::nullopt);
    } else {
      ASSERT_OK_AND_ASSIGN(auto upload, store().PutAttachment(kGiant, id, "file"));
      ASSERT_OK(upload.Append("bytes"));
      ASSERT_OK(upload.Finish());
      ASSERT_OK_AND_ASSIGN(const auto infos, store().ListAttachments(kGiant, id));
      EXPECT_EQ(infos.size(), 1U);
    }
  }
  EXPECT_EQ(store().SizeOf(kGiant)->messages, 40U);
}

TEST_P(SpreadTest, ANonceIsKnownWhateverShardItsMessageIsIn) {
  ASSERT_NO_FATAL_FAILURE(Spread(4));
  std::vector<MessageId> posted;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 8; ++i) {
      clock().Advance(std::chrono::minutes{1});
      const std::string nonce = std::to_string(i);
      ASSERT_OK_AND_ASSIGN(const MessageId id,
                           store().Post({.channel = kGiant, .author = "bob", .content = "once", .nonce = nonce}));
      if (round == 0) posted.push_back(id);
      EXPECT_EQ(id, posted[static_cast<std::size_t>(i)]);
    }
  }
  ASSERT_OK(store().Delete(kGiant, posted[3]));
  ASSERT_OK_AND_ASSIGN(const MessageId again,
                       store().Post({.channel = kGiant, .author = "bob", .content = "once", .nonce = "3"}));
  EXPECT_NE(again, posted[3]);
}

TEST_P(SpreadTest, MessagesWithIdsGoWhereTheirBucketIs) {
  ASSERT_NO_FATAL_FAILURE(Spread(3));
  std::vector<NewMessage> messages;
  for (const MessageId id : ids_) {
    messages.push_back({.channel = kGiant, .author = "bob", .content = "between", .id = MessageId{id.value + 1}});
  }
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch(messages));
  EXPECT_TRUE(std::none_of(posted.begin(), posted.end(), [](const Posted& one) { return one.existed; }));
  ASSERT_OK_AND_ASSIGN(const auto again, store().PostBatch(messages));
  EXPECT_TRUE(std::all_of(again.begin(), again.end(), [](const Posted& one) { return one.existed; }));
  EXPECT_EQ(store().SizeOf(kGiant)->messages, 120U);
  std::vector<MessageKey> keys;
  for (const NewMessage& message : messages) keys.push_back({kGiant, message.id});
  ASSERT_OK_AND_ASSIGN(const auto found, store().GetMany(keys));
  EXPECT_TRUE(std::all_of(found.begin(), found.end(), [](const auto& one) { return one.has_value(); }));
}

TEST_P(SpreadTest, TheRestOfTheChannelStaysWhereItIs) {
  const ShardId home = store().Explain(kGiant)->shard;
  ASSERT_NO_FATAL_FAILURE(Spread(4));
  ASSERT_OK_AND_ASSIGN(const RouteExplanation route, store().Explain(kGiant));
  EXPECT_EQ(route.shard, home);
  const auto names_spread = [](const RouteStep& step) { return step.name == "spread"; };
  EXPECT_EQ(std::count_if(route.steps.begin(), route.steps.end(), names_spread), 1);
  EXPECT_EQ((*store().GetRecord(kGiant, "topic"))->value, "all");
}

TEST_P(SpreadTest, ADeletedChannelIsGone) {
  ASSERT_NO_FATAL_FAILURE(Spread(4));
  for (const MessageId id : ids_) ASSERT_OK(store().Delete(kGiant, id));
  ASSERT_OK(store().DeleteRecord(kGiant, "topic"));
  EXPECT_THAT(store().Channels()->channels, ElementsAre("small"));
  EXPECT_THAT(Contents(History(kGiant)), IsEmpty());
  clock().Advance(std::chrono::minutes{5});
  Post(kGiant, "back");
  EXPECT_THAT(store().Channels()->channels, ElementsAre(kGiant, "small"));
  EXPECT_THAT(Contents(History(kGiant)), ElementsAre("back"));
}

TEST_P(SpreadTest, RetentionCutsInAllShards) {
  ASSERT_NO_FATAL_FAILURE(Spread(4));
  RetentionRule rule{.scope = RetentionScope::kChannel, .name = kGiant};
  rule.limits.max_messages = 25;
  ASSERT_OK(store().SetRetention(rule));
  ASSERT_OK_AND_ASSIGN(const RetentionReport report, store().RunRetention());
  EXPECT_EQ(report.messages, 35U);
  EXPECT_EQ(Pages(store(), {.limit = 10}), Numbers(59, 34));
  EXPECT_EQ(store().SizeOf(kGiant)->messages, 25U);
}

TEST_P(SpreadTest, AScanHasEveryMessageOnceAndInOrder) {
  struct Sink final : ScanSink {
    void BeginChannel(std::string_view channel) override { channels.emplace_back(channel); }
    ScanStep Take(const MessageView& message) override {
      if (channels.back() == kGiant) contents.emplace_back(message.content());
      return ScanStep::kNext;
    }
    std::vector<std::string> channels;
    std::vector<std::string> contents;
  };
  ASSERT_NO_FATAL_FAILURE(Spread(3));
  const std::vector<std::string> both{kGiant, "small"};
  for (const auto& channels : {std::optional<std::vector<std::string>>(), std::optional(both)}) {
    for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
      Sink sink;
      ASSERT_OK_AND_ASSIGN(Scan scan, store().StartScan({.channels = channels, .order = order}));
      ASSERT_OK(scan.Read(&sink));
      EXPECT_THAT(sink.channels, ::testing::UnorderedElementsAre(kGiant, "small"));
      EXPECT_EQ(sink.contents, order == Order::kNewestFirst ? Numbers(59, -1) : Numbers(0, 60));
    }
  }
  Sink by_shard;
  for (std::uint32_t shard = 0; shard < Shards(); ++shard) {
    ASSERT_OK_AND_ASSIGN(Scan scan, store().StartScan({.before = ids_[50], .after = ids_[9], .shard = ShardId{shard}}));
    ASSERT_OK(scan.Read(&by_shard));
  }
  EXPECT_EQ(by_shard.contents, Numbers(49, 9));
}

TEST_P(SpreadTest, ShardsMayGoFromUnderIt) {
  ASSERT_NO_FATAL_FAILURE(Fill(1));
  ASSERT_NO_FATAL_FAILURE(Reshard(ResizeShards{8}));
  ASSERT_NO_FATAL_FAILURE(Spread(8));
  for (const ReshardRequest& request :
       {ReshardRequest(ResizeShards{5}), ReshardRequest(MergeShards{ShardId{0}, ShardId{1}}), ToAnotherStrategy(),
        ReshardRequest(ResizeShards{2}), ReshardRequest(ResizeShards{6})}) {
    ASSERT_NO_FATAL_FAILURE(Reshard(request));
    EXPECT_EQ(Pages(store(), {.limit = 9}), Numbers(59, -1)) << Job().request;
    EXPECT_EQ(store().SizeOf(kGiant)->messages, 60U);
  }
  if (!durable()) return;
  ReopenAsItIs();
  EXPECT_EQ(Pages(store(), {.limit = 9}), Numbers(59, -1));
}

TEST_P(SpreadTest, BothPlacesAreKeptEqualWhileItIsSpread) {
  ASSERT_OK(Start(SpreadChannel{kGiant, 4}, {.keep = std::chrono::hours{1}, .share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_EQ(Job().phase, ReshardPhase::kSwitched) << Job().paused_reason;
  for (std::size_t i = 0; i < 20; ++i) ASSERT_OK(store().Delete(kGiant, ids_[i * 2]));
  for (int i = 60; i < 80; ++i) {
    clock().Advance(std::chrono::seconds{40});
    Post(kGiant, std::to_string(i));
  }
  ASSERT_OK_AND_ASSIGN(const ReshardProof proof, store().VerifyReshard());
  EXPECT_FALSE(proof.moves.empty());
  for (const ReshardComparison& move : proof.moves) EXPECT_EQ(move.source, move.copy);
  const auto before = Pages(store(), {.limit = 9});
  EXPECT_EQ(before.size(), 60U);
  ASSERT_OK(store().RevertReshard());
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_EQ(Pages(store(), {.limit = 9}), before);
}

TEST_P(SpreadTest, OfAChannelThatHasGoneItCanBeTakenBack) {
  ASSERT_NO_FATAL_FAILURE(Spread(3));
  for (const MessageId id : ids_) ASSERT_OK(store().Delete(kGiant, id));
  ASSERT_OK(store().DeleteRecord(kGiant, "topic"));
  EXPECT_CODE(store().PlanReshard(SpreadChannel{kGiant, 2}), StatusCode::kInvalidArgument);
  ASSERT_NO_FATAL_FAILURE(Spread(1));
  EXPECT_CODE(store().PlanReshard(SpreadChannel{kGiant, 1}), StatusCode::kInvalidArgument);
  Post(kGiant, "again");
  EXPECT_FALSE(store().PlanReshard(SpreadChannel{kGiant, 1})->changes);
}

TEST_P(SpreadTest, WhatDoesNotFitIsRefused) {
  EXPECT_CODE(store().PlanReshard(SpreadChannel{"nobody", 2}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().PlanReshard(SpreadChannel{kGiant, 0}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().PlanReshard(SpreadChannel{kGiant, Shards() + 1}), StatusCode::kInvalidArgument);
  EXPECT_FALSE(store().PlanReshard(SpreadChannel{kGiant, 1})->changes);
  ASSERT_NO_FATAL_FAILURE(Spread(2));
  EXPECT_FALSE(store().PlanReshard(SpreadChannel{kGiant, 2})->changes);
  if (!durable()) return;
  ASSERT_OK_AND_ASSIGN(auto loader, store().BulkLoader());
  const NewMessage message{.channel = kGiant, .author = "bob", .content = "much"};
  const std::vector<NewMessage> messages{{.channel = "small", .author = "bob", .content = "few"}, message};
  EXPECT_CODE(loader.Add(messages), StatusCode::kUnsupported);
  ASSERT_OK(loader.Add({messages.data(), 1}));
  ASSERT_OK(loader.Finish());
  EXPECT_EQ(store().SizeOf("small")->messages, 2U);
}

TEST_P(SpreadTest, RepairCountsItAnew) {
  ASSERT_NO_FATAL_FAILURE(Spread(3));
  ASSERT_OK(store().Repair());
  EXPECT_EQ(store().SizeOf(kGiant)->messages, 60U);
  EXPECT_EQ(Pages(store(), {.limit = 9}), Numbers(59, -1));
}

TEST_P(SpreadTest, ItIsSpreadByTheWidthThatItWasSpreadBy) {
  if (!durable()) GTEST_SKIP() << "needs a store that can be opened again";
  ASSERT_NO_FATAL_FAILURE(Spread(3));
  ASSERT_OK(store().PostBatch(std::vector<NewMessage>(5000, {.channel = "small", .author = "bob", .content = "x"})));
  RepairOptions interrupted;
  interrupted.progress = [](std::uint64_t, std::uint64_t) { return false; };
  EXPECT_CODE(store().Repair(interrupted), StatusCode::kInterrupted);  // the map is made anew at the next open
  options_.bucket_width = std::chrono::hours{24};
  ReopenAsItIs();
  EXPECT_EQ(Pages(store(), {.limit = 9}), Numbers(59, -1));
  for (const MessageId id : ids_) EXPECT_TRUE(Get(kGiant, id));
}

class SpreadReadsTest : public EngineStoreTest {};

TEST_F(SpreadReadsTest, TheLatestPageReadsTheNewestBucketOnly) {
  options_.bucket_width = std::chrono::minutes{1};
  Create(HashRouting{.shards = 8});
  for (int i = 0; i < 500; ++i) {
    clock_->Advance(std::chrono::seconds{i % 100 == 0 ? 60 : 0});
    ASSERT_OK(Post({.channel = "giant", .author = "ada", .content = std::to_string(i)}));
  }
  ASSERT_OK(store_->resharder().Start(SpreadChannel{"giant", 8}, {.share = 1}));
  ASSERT_OK(store_->resharder().Await(std::chrono::minutes{1}));
  ASSERT_EQ(store_->resharder().status()->phase, ReshardPhase::kDone);
  ASSERT_OK(store_->reads().History("giant", {.limit = 50}, nullptr));  // now the bucket map knows the channel
  const int before = engine_->reads();
  ASSERT_OK_AND_ASSIGN(const Page page, store_->reads().History("giant", {.limit = 50}, nullptr));
  EXPECT_EQ(page.size(), 50U);
  EXPECT_LE(engine_->reads() - before, 1);
}

}  // namespace
}  // namespace rookery::testing
