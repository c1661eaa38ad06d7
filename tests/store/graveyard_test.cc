// Channels that were mostly deleted, on an engine that keeps tombstones: what reads learn of them, and what is left to
// step over.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "codec/key_format.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "store/buckets/channel_buckets.h"
#include "store/store_impl.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {
namespace {

class GraveyardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    engine::RocksDbOptions options;
    options.mode = engine::RocksDbOptions::Mode::kCreate;
    options.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
    ASSERT_OK_AND_ASSIGN(auto engine, engine::OpenRocksDbEngine(directory_ / "db", options));
    const std::string store_id(32, 'a');
    ASSERT_OK(store::InitializeStore(engine.get(), {1, store_id}, {.routing = HashRouting{.shards = 1}}));
    StoreInfo info;
    info.store_id = store_id;
    info.epoch = options_.ids.epoch;
    ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open({std::move(engine), options_, info, clock_}));
  }

  std::vector<MessageId> Post(std::size_t messages) {
    std::vector<MessageId> ids;
    for (std::size_t i = 0; i < messages; ++i) {
      const auto id = store_->posts().Post({.channel = "c", .content = "x"}, {});
      EXPECT_OK(id);
      ids.push_back(*id);
    }
    return ids;
  }
  void Delete(const std::vector<MessageId>& ids) {
    for (const MessageId id : ids) ASSERT_OK(store_->messages().Delete("c", id, {}));
  }
  std::size_t ReadLatest() {
    const auto page = store_->reads().History("c", {.limit = 50}, nullptr);
    EXPECT_OK(page);
    return page->size();
  }
  /// Into how many stretches the next read looks.
  std::size_t Spans() {
    const store::Context& context = store_->context();
    const auto plan = context.buckets->WithLoaded("c", [](store::ChannelBuckets& buckets) { return buckets.Plan(); });
    EXPECT_OK(plan);
    return plan->whole ? 1 : plan->spans.size();
  }

  /// What the next read of the whole channel steps over.
  std::uint64_t TombstonesInTheWay() {
    const store::Context& context = store_->context();
    const auto plan = context.buckets->WithLoaded("c", [](store::ChannelBuckets& buckets) { return buckets.Plan(); });
    EXPECT_OK(plan);
    std::uint64_t stepped = 0;
    for (const codec::IdRange& span : plan->spans) {
      const codec::KeyRange keys = codec::MessageKeysOf("c", span);
      const auto cursor =
          context.engine->NewCursor(context.KeyspaceOf(ShardId{0}), {.lower = keys.lower, .upper = keys.upper});
      for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) continue;
      stepped += cursor->stepped();
    }
    return plan->whole ? std::numeric_limits<std::uint64_t>::max() : stepped;
  }

  TempDir directory_;
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  StoreOptions options_{.cache = {.capacity = 0}};
  std::unique_ptr<store::StoreImpl> store_;
};

TEST_F(GraveyardTest, OneReadLearnsThatAllBetweenIsDeadInWhateverOrderItDied) {
  std::vector<MessageId> ids = Post(6000);
  const std::vector<MessageId> oldest = {ids.front()};
  ids.erase(ids.begin());
  std::shuffle(ids.begin(), ids.end(), std::mt19937_64(7));
  Delete(ids);
  EXPECT_EQ(ReadLatest(), 1U);
  EXPECT_EQ(Spans(), 1U);
  EXPECT_EQ(ReadLatest(), 1U);
}

TEST_F(GraveyardTest, DeletesLeaveLittleToStepOverBeforeAnybodyReads) {
  const std::vector<MessageId> ids = Post(6000);
  std::vector<MessageId> oldest_first(ids.begin() + 1, ids.end() - 1000);
  Delete(oldest_first);
  EXPECT_LT(TombstonesInTheWay(), 1000U);
  Delete({ids.rbegin(), ids.rend() - 5000});
  EXPECT_LT(TombstonesInTheWay(), 1000U);
  EXPECT_EQ(ReadLatest(), 1U);
}

TEST_F(GraveyardTest, DeletesLearnAlsoBesideWritersWhoNeverPause) {
  const std::vector<MessageId> ids = Post(12'001);
  std::atomic<bool> done{false};
  std::vector<std::thread> writers;
  for (int i = 0; i < 2; ++i) {
    writers.emplace_back([&] {
      while (!done) EXPECT_OK(store_->messages().Edit("c", ids.front(), {.content = "again"}, {}));
    });
  }
  Delete({ids.begin() + 1, ids.end()});
  done = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_LT(TombstonesInTheWay(), 5000U);
}

TEST_F(GraveyardTest, APostIntoWhatWasLearnedToBeDeadIsSeen) {
  std::vector<MessageId> ids = Post(1000);
  const MessageId middle = ids[500];
  ids.erase(ids.begin());
  std::shuffle(ids.begin(), ids.end(), std::mt19937_64(8));
  Delete(ids);
  EXPECT_EQ(ReadLatest(), 1U);
  ASSERT_OK(store_->posts().Post({.channel = "c", .content = "again", .id = middle}, {}));
  EXPECT_EQ(ReadLatest(), 2U);
  Post(1);
  EXPECT_EQ(ReadLatest(), 3U);
}

}  // namespace
}  // namespace rookery::testing
