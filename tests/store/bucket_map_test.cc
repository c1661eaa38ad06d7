// The live-bucket map through the store: what it counts, what it cuts, and that it is right again after a crash.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "codec/bucket_row.h"
#include "codec/key_format.h"
#include "store/buckets/live_reader.h"
#include "store/verifier.h"
#include "tests/store/engine_fixture.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using codec::KeyKind;

/// Buckets of a minute on any kind of store.
class BucketMapTest : public StoreKindTest {
 protected:
  void SetUp() override {
    options_.bucket_width = std::chrono::minutes{1};
    StoreKindTest::SetUp();
  }
  std::uint64_t Count(std::string_view channel) {
    const auto count = store().SizeOf(channel);
    EXPECT_OK(count);
    return count ? count->messages : 0;
  }
  /// So many messages, each in a bucket of its own.
  std::vector<MessageId> PostByTheMinute(std::string_view channel, int messages) {
    std::vector<MessageId> ids;
    for (int i = 0; i < messages; ++i) {
      clock().Advance(std::chrono::minutes{1});
      ids.push_back(Post(channel, std::to_string(i)));
    }
    return ids;
  }
  std::uint64_t Buckets() {
    const auto report = store().Verify();
    EXPECT_OK(report);
    std::uint64_t buckets = 0;
    for (const ShardCounts& shard : report->shards) buckets += shard.buckets;
    return buckets;
  }
};

INSTANTIATE_TEST_SUITE_P(Kinds, BucketMapTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(BucketMapTest, CountsWhatIsPostedAndDeleted) {
  EXPECT_EQ(Count("general"), 0U);
  const std::vector<MessageId> ids = PostByTheMinute("general", 5);
  EXPECT_EQ(Count("general"), 5U);
  ASSERT_OK(store().Delete("general", ids[2]));
  ASSERT_OK(store().Delete("general", ids[2]));
  EXPECT_EQ(Count("general"), 4U);
  EXPECT_EQ(Count("other"), 0U);
}

TEST_P(BucketMapTest, CountsAPostThatExistedOnce) {
  ASSERT_OK(store().Post({.channel = "general", .content = "x", .nonce = "n"}));
  ASSERT_OK(store().Post({.channel = "general", .content = "x", .nonce = "n"}));
  const std::vector<NewMessage> batch = {{.channel = "general", .content = "y", .nonce = "m"},
                                         {.channel = "general", .content = "y", .nonce = "m"}};
  ASSERT_OK(store().PostBatch(batch));
  EXPECT_EQ(Count("general"), 2U);
}

TEST_P(BucketMapTest, KeepsOneRowPerBucketThatHoldsSomething) {
  const std::vector<MessageId> ids = PostByTheMinute("general", 5);
  EXPECT_EQ(Buckets(), 5U);
  ASSERT_OK(store().Delete("general", ids[1]));
  ASSERT_OK(store().Delete("general", ids[3]));
  EXPECT_EQ(Buckets(), 3U);
}

TEST_P(BucketMapTest, CountsAreThereAfterReopening) {
  if (!durable()) GTEST_SKIP() << "nothing outlives a memory store";
  const std::vector<MessageId> ids = PostByTheMinute("general", 5);
  ASSERT_OK(store().Delete("general", ids[0]));
  Reopen();
  EXPECT_EQ(Count("general"), 4U);
  Post("general", "more");
  EXPECT_EQ(Count("general"), 5U);
  EXPECT_EQ(store().Info()->bucket_width, std::chrono::minutes{1});
}

TEST_P(BucketMapTest, TheWidthIsThatOfTheCreation) {
  if (!durable()) GTEST_SKIP() << "nothing outlives a memory store";
  Post("general", "x");
  options_.bucket_width = std::chrono::days{30};
  Reopen();
  EXPECT_EQ(store().Info()->bucket_width, std::chrono::minutes{1});
  EXPECT_EQ(Count("general"), 1U);
}

TEST_P(BucketMapTest, AnEmptiedBucketIsCutOnce) {
  std::vector<MessageId> ids;
  for (std::uint64_t i = 0; i < store::kGraveyard; ++i) ids.push_back(Post("general", "x"));
  clock().Advance(std::chrono::minutes{1});
  const MessageId newest = Post("general", "newest");
  for (const MessageId id : ids) ASSERT_OK(store().Delete("general", id));
  EXPECT_EQ(store().Stats()->counters.buckets_cut, 1U);
  const Page page = History("general");
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].id(), newest);
  EXPECT_FALSE(page.has_more());
}

TEST_P(BucketMapTest, ACutBucketTakesNewMessages) {
  std::vector<MessageId> ids;
  for (std::uint64_t i = 0; i < store::kGraveyard; ++i) ids.push_back(Post("general", "x"));
  for (const MessageId id : ids) ASSERT_OK(store().Delete("general", id));
  EXPECT_TRUE(History("general").empty());
  ASSERT_OK(store().Post({.channel = "general", .content = "back", .id = ids[7]}));
  EXPECT_EQ(Contents(History("general")), std::vector<std::string>{"back"});
  EXPECT_EQ(Count("general"), 1U);
}

TEST_P(BucketMapTest, RepairMendsNothingInASoundStore) {
  PostByTheMinute("general", 7);
  PostByTheMinute("other", 2);
  ASSERT_OK(store().Verify());
  ASSERT_OK_AND_ASSIGN(const RepairReport report, store().Repair());
  EXPECT_EQ(report.messages, 9U);
  EXPECT_EQ(report.buckets, 9U);
  EXPECT_EQ(report.buckets_mended, 0U);
  EXPECT_EQ(Count("general"), 7U);
}

TEST_P(BucketMapTest, AnInterruptedRepairIsMadeGoodByTheNext) {
  std::vector<NewMessage> batch(5'000, NewMessage{.channel = "general", .content = "x"});
  ASSERT_OK(store().PostBatch(batch));
  const auto stopped = store().Repair({.progress = [](std::uint64_t, std::uint64_t) { return false; }});
  EXPECT_CODE(stopped, StatusCode::kInterrupted);
  EXPECT_EQ(Count("general"), 5'000U);
  EXPECT_EQ(History("general").size(), 50U);
  EXPECT_EQ(store().Verify()->problem_count, 1U);
  // Nobody makes the map anew: whoever waited for that would wait for ever.
  const auto refused = store().StartReshard(ResizeShards{7});
  EXPECT_CODE(refused, StatusCode::kUnavailable);
  EXPECT_NE(refused.error().message().find("the bucket map cannot be used"), std::string_view::npos) << refused.error();
  ASSERT_OK(store().Repair());
  EXPECT_EQ(Count("general"), 5'000U);
  EXPECT_NE(store().StartReshard(ResizeShards{7}).status().code(), StatusCode::kUnavailable);
}

/// What a crash leaves: a memory engine that is opened again without having been closed.
class BucketCrashTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    options_.bucket_width = std::chrono::minutes{1};
    Create(HashRouting{.shards = 2});
  }
  std::uint64_t Count(std::string_view channel) {
    const auto count = store_->SizeOf(channel);
    EXPECT_OK(count);
    return count ? count->messages : 0;
  }
  void ExpectSound() {
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store_->Verify({}));
    for (const VerifyProblem& problem : report.problems) ADD_FAILURE() << problem.where << ": " << problem.what;
  }
};

TEST_F(BucketCrashTest, CountsAreRightAfterACrash) {
  std::vector<MessageId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(*Post({.channel = "general", .content = "x"}));
  CrashAndReopen();
  EXPECT_EQ(Count("general"), 10U);
  ExpectSound();
}

TEST_F(BucketCrashTest, WritesBeforeTheFirstCountAreCountedToo) {
  for (int i = 0; i < 10; ++i) ASSERT_OK(Post({.channel = "general", .content = "x"}));
  CrashAndReopen();
  for (int i = 0; i < 3; ++i) ASSERT_OK(Post({.channel = "general", .content = "y"}));
  EXPECT_EQ(Count("general"), 13U);
  CrashAndReopen();
  ExpectSound();
  EXPECT_EQ(Count("general"), 13U);
}

TEST_F(BucketCrashTest, ACheckpointIsNotCountedTwice) {
  for (int i = 0; i < 10; ++i) ASSERT_OK(Post({.channel = "general", .content = "x"}));
  ASSERT_OK(store_->keeper().Checkpoint());
  for (int i = 0; i < 5; ++i) ASSERT_OK(Post({.channel = "general", .content = "y"}));
  EXPECT_EQ(Count("general"), 15U);
  CrashAndReopen();
  EXPECT_EQ(Count("general"), 15U);
  ExpectSound();
}

TEST_F(BucketCrashTest, AMessageIsFoundAfterACrashInACutBucket) {
  std::vector<MessageId> ids;
  for (std::uint64_t i = 0; i < store::kGraveyard; ++i) ids.push_back(*Post({.channel = "general", .content = "x"}));
  for (const MessageId id : ids) ASSERT_OK(store_->messages().Delete("general", id, {}));
  ASSERT_OK(Post({.channel = "general", .content = "y"}));
  CrashAndReopen();
  const auto page = store_->reads().History("general", {}, nullptr);
  ASSERT_OK(page);
  EXPECT_EQ(page->size(), 1U);
  EXPECT_EQ(Count("general"), 1U);
  ExpectSound();
}

TEST_F(BucketCrashTest, VerifyFindsAWrongCount) {
  const MessageId id = *Post({.channel = "general", .content = "x"});
  ASSERT_OK(store_->keeper().Checkpoint());
  const auto& context = store_->context();
  const std::uint64_t bucket = context.buckets->rule().BucketOf(id);
  const auto batch = engine_->NewBatch();
  batch->Put(context.KeyspaceOf(*context.routes->Find("general")),
             codec::BucketKeyOf(KeyKind::kBucket, "general", bucket),
             codec::EncodeBucket({.live = 2, .ids = context.buckets->rule().IdsOf(bucket)}));
  ASSERT_OK(engine_->Write(*batch, false));
  ASSERT_OK_AND_ASSIGN(const VerifyReport wrong, store_->Verify({}));
  ASSERT_EQ(wrong.problem_count, 1U);
  EXPECT_TRUE(wrong.problems[0].repairable);
  EXPECT_NE(wrong.problems[0].what.find("says 2 messages, it holds 1"), std::string::npos) << wrong.problems[0].what;
  ASSERT_OK_AND_ASSIGN(const RepairReport repaired, store_->Repair({}));
  EXPECT_EQ(repaired.buckets_mended, 1U);
  ExpectSound();
}

TEST_F(BucketCrashTest, AChannelThatGrowsCountsForWhatItTakes) {
  constexpr std::uint64_t kBuckets = 3000;
  store::BucketMap& map = *store_->context().buckets;
  map.With("general", [&](store::ChannelBuckets& all) {
    for (std::uint64_t i = 0; i < kBuckets; ++i)
      static_cast<void>(all.Changing(map.rule(), map.rule().IdsOf(i).lowest));
  });
  map.With("general", [&](store::ChannelBuckets& all) { EXPECT_EQ(all.buckets().size(), kBuckets); });
  EXPECT_GE(map.memory_bytes(), kBuckets * sizeof(store::Bucket));
}

TEST_F(BucketCrashTest, AStoreWithoutTheMapGetsOneWhenItIsOpened) {
  for (int i = 0; i < 10; ++i) ASSERT_OK(Post({.channel = "general", .content = "x"}));
  const auto& context = store_->context();
  const auto batch = engine_->NewBatch();
  batch->Delete(context.catalog, codec::kBucketWidthKey);
  batch->DeleteRange(context.KeyspaceOf(*context.routes->Find("general")), "\x40", "\x42");
  ASSERT_OK(engine_->Write(*batch, false));
  CrashAndReopen();
  EXPECT_EQ(Count("general"), 10U);
  ExpectSound();
}

}  // namespace
}  // namespace rookery::testing
