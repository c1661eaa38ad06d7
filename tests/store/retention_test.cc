// Retention: which rule holds, where it cuts, and that nothing else goes.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "store/retention/retention_edge.h"
#include "store/retention/retention_rules.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::minutes;

RetentionRule ForStore(RetentionLimits limits) { return {.limits = limits}; }
RetentionRule ForPrefix(std::string prefix, RetentionLimits limits) {
  return {.scope = RetentionScope::kPrefix, .name = std::move(prefix), .limits = limits};
}
RetentionRule ForChannel(std::string channel, RetentionLimits limits) {
  return {.scope = RetentionScope::kChannel, .name = std::move(channel), .limits = limits};
}

TEST(RetentionRules, TheMostParticularRuleHolds) {
  store::RetentionRules rules;
  EXPECT_EQ(rules.Find("guild/1"), nullptr);
  rules.Set(ForStore({.max_messages = 1}));
  rules.Set(ForPrefix("guild/", {.max_messages = 2}));
  rules.Set(ForPrefix("guild/7/", {.max_messages = 3}));
  rules.Set(ForChannel("guild/7/a", {.max_messages = 4}));
  EXPECT_EQ(rules.Find("dm")->max_messages, 1U);
  EXPECT_EQ(rules.Find("guild/1")->max_messages, 2U);
  EXPECT_EQ(rules.Find("guild/7/b")->max_messages, 3U);
  EXPECT_EQ(rules.Find("guild/7/a")->max_messages, 4U);
}

TEST(RetentionRules, ARuleWithoutLimitsIsRemoved) {
  store::RetentionRules rules;
  rules.Set(ForStore({.max_messages = 1}));
  rules.Set(ForStore({}));
  EXPECT_TRUE(rules.empty());
}

TEST(RetentionRules, LimitsAreReadBackAsTheyWere) {
  for (const RetentionLimits& limits :
       {RetentionLimits{.max_age = minutes{5}}, RetentionLimits{.max_messages = 7, .max_bytes = 1ULL << 40}}) {
    EXPECT_EQ(store::DecodeRetentionLimits(store::EncodeRetentionLimits(limits)), limits);
  }
  EXPECT_EQ(store::DecodeRetentionLimits("short"), std::nullopt);
}

TEST(RetentionRules, BadRulesAreNamed) {
  using std::chrono::milliseconds;
  for (const RetentionRule& rule :
       {ForStore({.max_age = milliseconds{0}}), ForStore({.max_age = milliseconds{-5}}), ForStore({.max_messages = 0}),
        ForStore({.max_bytes = 0}), ForPrefix("", {.max_messages = 1}), ForChannel("", {.max_messages = 1}),
        RetentionRule{.scope = RetentionScope::kStore, .name = "x", .limits = {.max_messages = 1}},
        RetentionRule{.scope = static_cast<RetentionScope>(9), .limits = {.max_messages = 1}}}) {
    EXPECT_CODE(store::CheckRetentionRule(rule), StatusCode::kInvalidArgument);
  }
}

TEST(RetentionEdge, IsTheBucketInWhichTheLimitIsReached) {
  std::vector<store::Bucket> buckets;
  for (const std::uint64_t number : {9U, 8U, 7U}) {
    buckets.push_back({.number = number, .live = 10, .bytes = 100, .counted = true});
  }
  EXPECT_FALSE(store::EdgeOf(buckets, {.max_messages = 30}));
  const auto by_count = store::EdgeOf(buckets, {.max_messages = 14});
  ASSERT_TRUE(by_count);
  EXPECT_EQ(by_count->bucket, 8U);
  EXPECT_EQ(by_count->keep_messages, 4U);
  const auto by_bytes = store::EdgeOf(buckets, {.max_messages = 29, .max_bytes = 99});
  ASSERT_TRUE(by_bytes);
  EXPECT_EQ(by_bytes->bucket, 9U);
  EXPECT_EQ(by_bytes->keep_bytes, 99U);
}

/// Buckets of a minute, and nothing that runs by itself.
class RetentionTest : public StoreKindTest {
 protected:
  void SetUp() override {
    options_.bucket_width = minutes{1};
    options_.retention_interval = std::chrono::milliseconds{0};
    StoreKindTest::SetUp();
  }
  /// One message each ten seconds, so six a bucket.
  std::vector<MessageId> PostMany(std::string_view channel, int messages) {
    std::vector<MessageId> ids;
    for (int i = 0; i < messages; ++i) {
      clock().Advance(std::chrono::seconds{10});
      ids.push_back(Post(channel, std::to_string(i)));
    }
    return ids;
  }
  RetentionReport Run(const RetentionOptions& options = {}) {
    const auto report = store().RunRetention(options);
    EXPECT_OK(report);
    return report ? *report : RetentionReport{};
  }
  void ExpectOnly(std::string_view channel, std::span<const MessageId> ids) {
    std::vector<MessageId> found;
    const Page page = History(channel, {.limit = 10'000, .order = Order::kOldestFirst});
    for (const MessageView& message : page) found.push_back(message.id());
    EXPECT_EQ(found, std::vector<MessageId>(ids.begin(), ids.end()));
    EXPECT_EQ(store().SizeOf(channel)->messages, ids.size());
  }
};

INSTANTIATE_TEST_SUITE_P(Kinds, RetentionTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(RetentionTest, KeepsTheNewestByNumber) {
  const std::vector<MessageId> ids = PostMany("general", 40);
  ASSERT_OK(store().SetRetention(ForStore({.max_messages = 15})));
  const RetentionReport report = Run();
  EXPECT_EQ(report.messages, 25U);
  EXPECT_EQ(report.trimmed, 1U);
  ExpectOnly("general", std::span(ids).subspan(25));
}

TEST_P(RetentionTest, KeepsWhatIsYoung) {
  const std::vector<MessageId> ids = PostMany("general", 40);
  ASSERT_OK(store().SetRetention(ForStore({.max_age = std::chrono::seconds{95}})));
  Run();
  ExpectOnly("general", std::span(ids).subspan(30));
  clock().Advance(std::chrono::hours{1});
  Run();
  ExpectOnly("general", {});
}

TEST_P(RetentionTest, KeepsWithinTheBytes) {
  const std::vector<MessageId> ids = PostMany("general", 40);
  const std::uint64_t all = store().SizeOf("general")->bytes;
  ASSERT_OK(store().SetRetention(ForStore({.max_bytes = all / 2})));
  const RetentionReport report = Run();
  EXPECT_LE(store().SizeOf("general")->bytes, all / 2);
  EXPECT_GE(store().SizeOf("general")->messages, 18U);
  EXPECT_EQ(store().SizeOf("general")->bytes + report.bytes, all);
  ExpectOnly("general", std::span(ids).subspan(report.messages));
}

TEST_P(RetentionTest, ADryRunSaysWhatWouldGoAndRemovesNothing) {
  const std::vector<MessageId> ids = PostMany("general", 40);
  ASSERT_OK(store().SetRetention(ForChannel("general", {.max_messages = 15})));
  const RetentionReport would = Run({.dry_run = true});
  ExpectOnly("general", ids);
  EXPECT_EQ(store().Stats()->retention.messages, 0U);
  const RetentionReport did = Run();
  EXPECT_EQ(would.messages, did.messages);
  EXPECT_EQ(would.bytes, did.bytes);
}

TEST_P(RetentionTest, OtherChannelsAreLeftAlone) {
  const std::vector<MessageId> general = PostMany("general", 20);
  const std::vector<MessageId> guild = PostMany("guild/1", 20);
  ASSERT_OK(store().SetRetention(ForPrefix("guild/", {.max_messages = 3})));
  Run();
  ExpectOnly("general", general);
  ExpectOnly("guild/1", std::span(guild).subspan(17));
}

TEST_P(RetentionTest, NoncesOfWhatWasRemovedAreForgotten) {
  const auto first = store().Post({.channel = "general", .content = "x", .nonce = "n"});
  ASSERT_OK(first);
  PostMany("general", 20);
  ASSERT_OK(store().SetRetention(ForStore({.max_messages = 5})));
  Run();
  const auto second = store().Post({.channel = "general", .content = "x", .nonce = "n"});
  ASSERT_OK(second);
  EXPECT_NE(*first, *second);
}

TEST_P(RetentionTest, CachedMessagesAndPagesGoToo) {
  const std::vector<MessageId> ids = PostMany("general", 100);
  EXPECT_TRUE(Get("general", ids[3]));
  EXPECT_EQ(History("general").size(), 50U);
  ASSERT_OK(store().SetRetention(ForStore({.max_messages = 4})));
  Run();
  EXPECT_FALSE(Get("general", ids[3]));
  EXPECT_EQ(History("general").size(), 4U);
}

TEST_P(RetentionTest, RulesOutliveTheStore) {
  if (!durable()) GTEST_SKIP() << "nothing outlives a memory store";
  ASSERT_OK(store().SetRetention(ForStore({.max_age = minutes{9}})));
  ASSERT_OK(store().SetRetention(ForChannel("a", {.max_messages = 2})));
  ASSERT_OK(store().SetRetention(ForPrefix("b", {.max_bytes = 3})));
  ASSERT_OK(store().SetRetention(ForPrefix("b", {})));
  Reopen();
  const auto rules = store().Retention();
  ASSERT_OK(rules);
  EXPECT_EQ(*rules,
            (std::vector<RetentionRule>{ForStore({.max_age = minutes{9}}), ForChannel("a", {.max_messages = 2})}));
}

TEST_P(RetentionTest, StopsWhenToldTo) {
  PostMany("a", 20);
  PostMany("b", 20);
  ASSERT_OK(store().SetRetention(ForStore({.max_messages = 5})));
  int channels = 0;
  const auto stopped = store().RunRetention({.progress = [&](const ChannelTrim& trim) {
    EXPECT_EQ(trim.messages, 15U);
    return ++channels < 1;
  }});
  EXPECT_CODE(stopped, StatusCode::kInterrupted);
  EXPECT_EQ(channels, 1);
  Run();
  EXPECT_EQ(store().SizeOf("a")->messages + store().SizeOf("b")->messages, 10U);
}

TEST_P(RetentionTest, MessagesFromTheFutureStay) {
  const MessageId future{(std::uint64_t{1} << 62)};
  ASSERT_OK(store().Post({.channel = "general", .content = "x", .id = future}));
  ASSERT_OK(store().SetRetention(ForStore({.max_age = minutes{1}})));
  Run();
  ExpectOnly("general", std::vector<MessageId>{future});
}

/// Against a set, with posts, deletes and runs by turns.
TEST_P(RetentionTest, WhatStaysIsWhatAModelKeeps) {
  std::mt19937_64 random(5);
  std::set<MessageId> model;
  for (int step = 0; step < 300; ++step) {
    for (const MessageId id : PostMany("general", static_cast<int>(random() % 5))) model.insert(id);
    if (!model.empty() && random() % 2 == 0) {
      auto at = model.begin();
      std::advance(at, random() % model.size());
      ASSERT_OK(store().Delete("general", *at));
      model.erase(at);
    }
    if (random() % 10 != 0) continue;
    const std::uint64_t keep = 1 + random() % 40;
    ASSERT_OK(store().SetRetention(ForStore({.max_messages = keep})));
    Run();
    while (model.size() > keep) model.erase(model.begin());
    ExpectOnly("general", std::vector<MessageId>(model.begin(), model.end()));
  }
}

class RetentionDiskTest : public StoreTest {
 protected:
  void SetUp() override {
    options_.engine = EngineKind::kRocksDb;
    options_.bucket_width = minutes{1};
    options_.retention_interval = std::chrono::milliseconds{0};
    options_.routing = HashRouting{.shards = 1};
    Open();
  }
};

TEST_F(RetentionDiskTest, GivesTheDiskBack) {
  std::mt19937_64 random(1);
  std::string noise(1000, '\0');
  for (int i = 0; i < 12'000; ++i) {
    for (char& byte : noise) byte = static_cast<char>(random());
    if (i % 100 == 0) clock().Advance(std::chrono::seconds{20});
    ASSERT_OK(store().Post({.channel = "general", .content = noise}));
  }
  ASSERT_OK(store().Compact());
  const std::uint64_t before = store().Stats()->disk_bytes;
  ASSERT_OK(store().SetRetention(ForStore({.max_messages = 1'000})));
  ASSERT_OK(store().RunRetention());
  EXPECT_LT(store().Stats()->disk_bytes, before / 4);
  EXPECT_EQ(store().SizeOf("general")->messages, 1'000U);
  EXPECT_GE(store().Stats()->retention.compactions, 1U);
}

}  // namespace
}  // namespace rookery::testing
