// The cache as a caller of the store sees it: what is read twice is a hit, and what is written is seen at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;

class ReadCacheTest : public StoreTest, public ::testing::WithParamInterface<WriteMode> {
 protected:
  void SetUp() override {
    options_.cache = {.capacity = std::size_t{4} << 20, .write_mode = GetParam()};
    Open();
  }
  CacheStats Cache() { return store().Stats()->cache; }
};
INSTANTIATE_TEST_SUITE_P(Modes, ReadCacheTest, ::testing::Values(WriteMode::kThrough, WriteMode::kAround));

TEST_P(ReadCacheTest, WhatIsReadTwiceIsAHit) {
  const MessageId id = Post("general", "hello");
  Get("general", id);
  const std::uint64_t before = Cache().value_hits;
  EXPECT_EQ(Get("general", id)->content(), "hello");
  EXPECT_EQ(Cache().value_hits, before + 1);
}

TEST_P(ReadCacheTest, ThatThereIsNothingIsRememberedUntilThereIs) {
  const MessageId id{std::uint64_t{12345} << 22};
  EXPECT_FALSE(Get("general", id));
  EXPECT_FALSE(Get("general", id));
  EXPECT_EQ(Cache().absent_hits, 1U);
  ASSERT_OK(store().Post({.channel = "general", .content = "here now", .id = id}).status());
  EXPECT_EQ(Get("general", id)->content(), "here now");
}

TEST_P(ReadCacheTest, EditsAndDeletesAreSeenAtOnce) {
  const MessageId id = Post("general", "hello");
  Get("general", id);
  ASSERT_OK(store().Edit("general", id, {.content = "hello, all"}).status());
  EXPECT_EQ(Get("general", id)->content(), "hello, all");
  ASSERT_OK(store().Delete("general", id).status());
  EXPECT_FALSE(Get("general", id));
}

TEST_P(ReadCacheTest, ThroughPutsWhatIsWrittenAndAroundDoesNot) {
  const MessageId id = Post("general", "hello");
  Get("general", id);
  EXPECT_EQ(Cache().value_hits, GetParam() == WriteMode::kThrough ? 1U : 0U);
}

TEST_P(ReadCacheTest, AHotChannelsPagesComeFromItsWindow) {
  std::vector<MessageId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(Post("general", std::to_string(i)));
  History("general", {.limit = 5});
  EXPECT_THAT(Contents(History("general", {.limit = 3})), ElementsAre("9", "8", "7"));
  EXPECT_EQ(Cache().window_hits, 1U);
  Post("general", "new");
  ASSERT_OK(store().Edit("general", ids[8], {.content = "8, edited"}).status());
  ASSERT_OK(store().Delete("general", ids[9]).status());
  EXPECT_THAT(Contents(History("general", {.limit = 3})), ElementsAre("new", "8, edited", "7"));
  EXPECT_EQ(Cache().window_hits, 2U);
}

TEST_P(ReadCacheTest, PagesLongerThanAWindowAreMissesAndLeaveItAlone) {
  for (int i = 0; i < 100; ++i) Post("general", std::to_string(i));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(History("general", {.limit = 80}).size(), 80U);
  EXPECT_EQ(Cache().window_hits, 0U);
  EXPECT_EQ(Cache().misses, 5U);
  EXPECT_EQ(Cache().windows, 1U);
  EXPECT_EQ(Cache().evicted_replaced, 0U);
  EXPECT_EQ(History("general", {.limit = 64}).size(), 64U);
  EXPECT_EQ(Cache().window_hits, 1U);
}

TEST_P(ReadCacheTest, AnEmptyChannelsWindowSeesTheFirstMessage) {
  EXPECT_TRUE(History("general").empty());
  EXPECT_TRUE(History("general").empty());
  Post("general", "first");
  EXPECT_THAT(Contents(History("general")), ElementsAre("first"));
}

TEST_P(ReadCacheTest, ManyAreReadPartlyFromTheCache) {
  const MessageId one = Post("general", "one");
  const MessageId two = Post("random", "two");
  Get("general", one);
  const std::array keys{MessageKey{"general", one}, MessageKey{"random", two}, MessageKey{"general", MessageId{7}},
                        MessageKey{"general", one}};
  for (int i = 0; i < 2; ++i) {
    const auto messages = store().GetMany(keys);
    ASSERT_OK(messages.status());
    EXPECT_EQ((*messages)[0]->content(), "one");
    EXPECT_EQ((*messages)[1]->content(), "two");
    EXPECT_FALSE((*messages)[2]);
    EXPECT_EQ((*messages)[3]->content(), "one");
  }
  EXPECT_EQ(Cache().absent_hits, 1U);
}

TEST_P(ReadCacheTest, SnapshotsAreNotServedFromTheCache) {
  const MessageId id = Post("general", "old");
  const auto snapshot = store().TakeSnapshot();
  ASSERT_OK(store().Edit("general", id, {.content = "new"}).status());
  EXPECT_EQ(Get("general", id)->content(), "new");
  EXPECT_EQ((*snapshot->Get("general", id))->content(), "old");
  EXPECT_THAT(Contents(*snapshot->History("general")), ElementsAre("old"));
  EXPECT_THAT(Contents(History("general")), ElementsAre("new"));
}

TEST_P(ReadCacheTest, ABatchIsInThePageWhole) {
  History("general");
  const std::vector<NewMessage> batch(100, NewMessage{.channel = "general", .content = "one of many"});
  ASSERT_OK(store().PostBatch(batch).status());
  EXPECT_EQ(History("general", {.limit = 200}).size(), 100U);
  EXPECT_EQ(History("general", {.limit = 60}).size(), 60U);
}

TEST_P(ReadCacheTest, TellsWhichChannelsAreHot) {
  Post("general", "hello");
  for (int i = 0; i < 1000; ++i) History("general");
  for (int i = 0; i < 10; ++i) History("quiet");
  const CacheStats stats = Cache();
  ASSERT_FALSE(stats.hot_channels.empty());
  EXPECT_EQ(stats.hot_channels[0].channel, "general");
  EXPECT_NEAR(static_cast<double>(stats.hot_channels[0].reads), 1000, 250);
}

TEST_P(ReadCacheTest, ChannelsThatAreReadByTurnsAreBothHot) {
  for (int i = 0; i < 8000; ++i) History(i % 2 == 0 ? "even" : "odd");
  const CacheStats stats = Cache();
  ASSERT_EQ(stats.hot_channels.size(), 2U);
  EXPECT_GT(stats.hot_channels[1].reads, 3000U);
}

TEST_P(ReadCacheTest, DeletingAnOldMessageDoesNotEndItsWindow) {
  std::vector<MessageId> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(Post("general", std::to_string(i)));
  const std::size_t limit = options_.cache.window;
  History("general", {.limit = limit});
  ASSERT_OK(store().Delete("general", ids[0]).status());
  History("general", {.limit = limit});
  const std::uint64_t before = Cache().window_hits;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(History("general", {.limit = limit}).size(), limit);
  EXPECT_EQ(Cache().window_hits, before + 10);
}

TEST_P(ReadCacheTest, AnyTimeoutIsGoodForALoneReader) {
  const MessageId id = Post("general", "hello");
  for (const auto timeout : {std::chrono::milliseconds::min(), std::chrono::milliseconds{-1},
                             std::chrono::milliseconds{0}, std::chrono::milliseconds::max()}) {
    EXPECT_OK(store().Get("general", id, {.timeout = timeout}).status());
    EXPECT_OK(store().History("general", {}, {.timeout = timeout}).status());
  }
}

TEST_P(ReadCacheTest, CapacityChangesWhileTheStoreIsAtWork) {
  std::vector<MessageId> ids;
  for (int i = 0; i < 5000; ++i) ids.push_back(Post("general", std::string(300, 'x')));
  const auto read_all = [&] {
    for (const MessageId id : ids) EXPECT_TRUE(Get("general", id));
  };
  read_all();
  const std::uint64_t many = Cache().values;
  ASSERT_OK(store().SetCacheCapacity(std::size_t{1} << 20));
  EXPECT_EQ(Cache().capacity_bytes, std::size_t{1} << 20);
  EXPECT_LE(Cache().used_bytes, std::size_t{1} << 20);
  EXPECT_GT(Cache().values, 1000U);
  EXPECT_LT(Cache().values, many);
  ASSERT_OK(store().SetCacheCapacity(std::size_t{8} << 20));
  read_all();
  EXPECT_EQ(Cache().values, ids.size());
  EXPECT_CODE(store().SetCacheCapacity(1000), StatusCode::kInvalidArgument);
}

TEST_P(ReadCacheTest, APageKeepsItsMessagesWhateverHappensToTheCache) {
  Post("general", "hello");
  History("general");
  const Page page = History("general");
  for (int i = 0; i < 3000; ++i) Post("other", std::string(5000, 'x'));
  Post("general", "later");
  EXPECT_THAT(Contents(page), ElementsAre("hello"));
}

class CacheOffTest : public StoreTest {
 protected:
  void SetUp() override {
    options_.cache.capacity = 0;
    Open();
  }
};

TEST_F(CacheOffTest, ReadsGoToTheEngine) {
  const MessageId id = Post("general", "hello");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Get("general", id)->content(), "hello");
  EXPECT_EQ(History("general").size(), 1U);
  EXPECT_EQ(store().Stats()->cache.hits() + store().Stats()->cache.misses, 0U);
  EXPECT_CODE(store().SetCacheCapacity(std::size_t{1} << 20), StatusCode::kInvalidArgument);
}

TEST(CacheOptions, AreChecked) {
  StoreOptions options;
  options.cache.capacity = 1000;
  EXPECT_CODE(options.Validate(), StatusCode::kInvalidArgument);
  options.cache = {.ttl = std::chrono::seconds(0)};
  EXPECT_CODE(options.Validate(), StatusCode::kInvalidArgument);
  options.cache = {.policy = static_cast<CachePolicy>(77)};
  EXPECT_CODE(options.Validate(), StatusCode::kInvalidArgument);
  options.cache = {.write_mode = static_cast<WriteMode>(77)};
  EXPECT_CODE(options.Validate(), StatusCode::kInvalidArgument);
  options.cache = {.window = 5000};
  EXPECT_CODE(options.Validate(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rookery::testing
