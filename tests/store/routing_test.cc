// Routing as a store's user sees it: explanations, and where rows really go.

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

class RoutingTest : public StoreKindTest {
 protected:
  RouteExplanation Explain(std::string_view channel) {
    auto explanation = store().Explain(channel);
    EXPECT_OK(explanation.status());
    return *explanation;
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, RoutingTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(RoutingTest, ExplainsTheSameAnswerBeforeAndAfterReopen) {
  if (!durable()) GTEST_SKIP() << "the memory engine forgets when it is closed";
  std::vector<std::string> channels;
  for (int i = 0; i < 200; ++i) channels.push_back("channel-" + std::to_string(i));
  for (int i = 0; i < 100; ++i)
    Post(channels[static_cast<std::size_t>(i)], std::string(static_cast<std::size_t>(i), 'x'));
  std::vector<RouteExplanation> before;
  for (const std::string& channel : channels) before.push_back(Explain(channel));
  Reopen();
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const RouteExplanation after = Explain(channels[i]);
    EXPECT_EQ(after.shard, before[i].shard) << channels[i];
    EXPECT_EQ(after.placed, before[i].placed);
    ASSERT_EQ(after.steps.size(), before[i].steps.size());
    for (std::size_t step = 0; step < after.steps.size(); ++step) {
      EXPECT_EQ(after.steps[step].name, before[i].steps[step].name);
      EXPECT_EQ(after.steps[step].detail, before[i].steps[step].detail);
    }
  }
}

TEST_P(RoutingTest, APredictionComesTrue) {
  for (int i = 0; i < 50; ++i) {
    const std::string channel = "fresh-" + std::to_string(i);
    const RouteExplanation predicted = Explain(channel);
    Post(channel, "x");
    const RouteExplanation actual = Explain(channel);
    EXPECT_EQ(actual.shard, predicted.shard);
    EXPECT_TRUE(actual.placed);
  }
}

TEST_P(RoutingTest, ExplanationNamesStrategyAndShard) {
  const RouteExplanation explanation = Explain("general");
  EXPECT_EQ(explanation.channel, "general");
  EXPECT_EQ(explanation.epoch.value, 1U);
  EXPECT_THAT(explanation.shard_name, ::testing::StartsWith("shard-000"));
  EXPECT_FALSE(explanation.steps.empty());
  EXPECT_CODE(store().Explain(""), StatusCode::kInvalidArgument);
}

TEST_P(RoutingTest, EveryShardHoldsWhatWasRoutedToIt) {
  std::vector<std::uint64_t> expected(8);
  for (int i = 0; i < 300; ++i) {
    const std::string channel = std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i);
    Post(channel, "x");
    ++expected[Explain(channel).shard.value];
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  for (const ShardCounts& shard : report.shards) EXPECT_EQ(shard.messages, expected[shard.id.value]) << shard.name;
  EXPECT_EQ(report.messages, 300U);
  EXPECT_EQ(report.channels, 300U);
}

class DirectoryEntriesTest : public StoreTest {};

TEST_F(DirectoryEntriesTest, GivenEntriesAreObeyed) {
  Close();
  store_.reset();
  options_.routing = DirectoryRouting{.shards = 4, .entries = {{"vip", ShardId{3}}, {"dm/1", ShardId{2}}}};
  Open();
  ASSERT_OK_AND_ASSIGN(const RouteExplanation explanation, store().Explain("vip"));
  EXPECT_EQ(explanation.shard, ShardId{3});
  EXPECT_TRUE(explanation.placed);
  Post("vip", "x");
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  EXPECT_EQ(report.shards[3].messages, 1U);
}

class ReopenedDirectoryTest : public DiskStoreTest {
 protected:
  void SetUp() override {
    options_.routing = DirectoryRouting{.shards = 2, .entries = {{"vip", ShardId{1}}}};
    DiskStoreTest::SetUp();
    Close();
  }
  Status ReopenWith(std::vector<std::pair<std::string, ShardId>> entries) {
    StoreOptions options = options_;
    options.routing = DirectoryRouting{.shards = 2, .entries = std::move(entries)};
    return Store::Open(path(), options).status();
  }
};

TEST_F(ReopenedDirectoryTest, TakesTheEntriesThatItHas) {
  EXPECT_OK(ReopenWith({{"vip", ShardId{1}}}));
  EXPECT_OK(ReopenWith({}));
}

TEST_F(ReopenedDirectoryTest, RefusesAnotherShardForAChannelAndNamesIt) {
  const Status status = ReopenWith({{"vip", ShardId{0}}});
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), ::testing::HasSubstr("\"vip\""));
}

TEST_F(ReopenedDirectoryTest, RefusesAnEntryForAChannelWithoutOneAndNamesIt) {
  const Status status = ReopenWith({{"vip", ShardId{1}}, {"late", ShardId{0}}});
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), ::testing::HasSubstr("\"late\""));
}

}  // namespace
}  // namespace rookery::testing
