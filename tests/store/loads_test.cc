// The loads that least-loaded placement goes by: stored as time passes, whatever is written, so that a crash costs
// little.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "codec/catalog_format.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

constexpr std::chrono::seconds kStep{1};

class LoadsTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    Create(DirectoryRouting{.shards = 2, .entries = {{"big", ShardId{0}}, {"small", ShardId{1}}}});
  }
  std::uint64_t StoredBytesOf(ShardId shard) const {
    const auto row = CatalogRow(codec::kLoadsKey);
    const auto loads = row ? codec::DecodeLoads(*row) : std::nullopt;
    return loads ? loads->at(shard.value).second : 0;
  }

  const std::string text_ = std::string(1000, 'x');
};

TEST_F(LoadsTest, AreStoredWhileMessagesAreImported) {
  for (std::uint64_t i = 1; i <= 10; ++i) {
    ASSERT_OK(Post({.channel = "big", .content = text_, .id = MessageId{i}}));
    clock_->Advance(kStep);
  }
  EXPECT_GT(StoredBytesOf(ShardId{0}), 8 * text_.size());
  CrashAndReopen();
  ASSERT_OK_AND_ASSIGN(const RouteExplanation explanation, store_->Explain("new"));
  EXPECT_EQ(explanation.shard, ShardId{1});
}

TEST_F(LoadsTest, AreStoredWhileRecordsArePut) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_OK(store_->records().Put("big", std::to_string(i), text_, {}));
    clock_->Advance(kStep);
  }
  EXPECT_GT(StoredBytesOf(ShardId{0}), 8 * text_.size());
}

TEST_F(LoadsTest, AreStoredAboutOnceASecondOnly) {
  ASSERT_OK(store_->records().Put("big", "k", text_, {}));
  const std::uint64_t stored = StoredBytesOf(ShardId{0});
  for (int i = 0; i < 10; ++i) ASSERT_OK(store_->records().Put("big", "k", text_, {}));
  EXPECT_EQ(StoredBytesOf(ShardId{0}), stored);
}

TEST_F(LoadsTest, AreStoredAlsoAfterTheClockStepsBack) {
  ASSERT_OK(store_->records().Put("big", "k", text_, {}));
  const std::uint64_t stored = StoredBytesOf(ShardId{0});
  clock_->Advance(-std::chrono::hours{1});
  ASSERT_OK(store_->records().Put("big", "k", text_, {}));
  EXPECT_GT(StoredBytesOf(ShardId{0}), stored);
}

}  // namespace
}  // namespace rookery::testing
