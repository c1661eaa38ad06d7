#include "assembly/published_stats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "metrics/metric_rows.h"
#include "rookery/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::assembly {
namespace {

PublishedStats Example() {
  PublishedStats published;
  double value = 1;
  for (const metrics::MetricRow& row : metrics::MetricRows()) row.set(&published.stats, value++);
  published.stats.shards = {{ShardId{0}, "shard-0000", 5, 6, 7}, {ShardId{1}, "shard-0001", 8, 9, 10}};
  published.stats.cache.hot_channels = {{"general", 160}, {std::string("line\nbreak\0", 11), 16}, {"", 1}};
  published.stats.unavailable_reason = "disk full: /a b";
  published.stats.admission.prefixes = {{"guild/", 5, 2}, {"", 7, 0}};
  published.stats.memory = {{"block_cache", 100, 90}};
  published.stats.stall.state = StallState::kStopped;
  published.stats.stall.since = Timestamp{std::chrono::milliseconds{1'700'000'000'500}};
  published.stats.stall.shard = "shard-0001";
  published.stats.stall.reason = "36 files in level 0";
  published.opened_at = Timestamp{std::chrono::milliseconds{1'700'000'000'000}};
  published.published_at = Timestamp{std::chrono::milliseconds{1'700'000'001'000}};
  published.closed = true;
  return published;
}

TEST(PublishedStats, EverythingComesBack) {
  const PublishedStats before = Example();
  const auto after = ParsePublishedStats(ToText(before));
  ASSERT_OK(after.status());
  EXPECT_EQ(ToText(*after), ToText(before));
  double value = 1;
  for (const metrics::MetricRow& row : metrics::MetricRows()) EXPECT_EQ(row.get(after->stats), value++) << row.name;
  ASSERT_EQ(after->stats.cache.hot_channels.size(), 3U);
  EXPECT_EQ(after->stats.cache.hot_channels[1].channel, (std::string("line\nbreak\0", 11)));
  EXPECT_EQ(after->stats.shards[1].name, "shard-0001");
  EXPECT_EQ(after->stats.unavailable_reason, "disk full: /a b");
  ASSERT_EQ(after->stats.admission.prefixes.size(), 2U);
  EXPECT_EQ(after->stats.admission.prefixes[0].prefix, "guild/");
  EXPECT_EQ(after->stats.admission.prefixes[0].refused, 2U);
  ASSERT_EQ(after->stats.memory.size(), 1U);
  EXPECT_EQ(after->stats.memory[0].part, "block_cache");
  EXPECT_EQ(after->stats.memory[0].used, 90U);
  EXPECT_EQ(after->stats.stall.state, StallState::kStopped);
  EXPECT_EQ(after->stats.stall.shard, "shard-0001");
  EXPECT_EQ(after->stats.stall.reason, "36 files in level 0");
  EXPECT_TRUE(after->closed);
}

TEST(PublishedStats, WhatALaterVersionAddsIsSkipped) {
  const auto parsed = ParsePublishedStats(ToText(Example()) + "metric from_the_future 7\nnews 1 2 3\n");
  ASSERT_OK(parsed.status());
  EXPECT_EQ(ToText(*parsed), ToText(Example()));
}

TEST(PublishedStats, WhatIsCutOffOrDamagedIsAnError) {
  const std::string text = ToText(Example());
  for (std::size_t size = 0; size < text.size(); ++size) {
    if (size > 0 && text[size - 1] == '\n') continue;
    EXPECT_FALSE(ParsePublishedStats(text.substr(0, size))) << size;
  }
  for (const char* line :
       {"metric disk_bytes x", "metric disk_bytes -1", "metric disk_bytes nan", "metric disk_bytes inf",
        "metric disk_bytes 1e300", "metric disk_bytes", "shard 1 2 3", "hot 1 abc", "hot 1 zz", "closed",
        "opened_at yesterday", "stall 3 0  ", "stall x", "admission 1 x", "memory 1 2 z"}) {
    EXPECT_CODE(ParsePublishedStats(text + line + "\n"), StatusCode::kCorruption);
  }
  EXPECT_CODE(ParsePublishedStats("something else\n"), StatusCode::kCorruption);
}

TEST(PublishedStats, MetricsHaveNamesOfTheirOwn) {
  std::vector<std::string_view> names;
  VisitMetrics({}, [&](const Metric& metric) {
    EXPECT_FALSE(metric.help.empty()) << metric.name;
    EXPECT_EQ(std::count(names.begin(), names.end(), metric.name), 0) << metric.name;
    names.push_back(metric.name);
  });
  EXPECT_GT(names.size(), 40U);
}

class PublishingTest : public ::testing::Test {
 protected:
  Store Open(StoreOptions options = {}) const {
    options.routing = HashRouting{.shards = 2};
    auto store = Store::Open(path(), options);
    EXPECT_OK(store.status());
    return *std::move(store);
  }
  std::filesystem::path path() const { return directory_.path() / "s"; }
  PublishedStats Read() const {
    const auto published = ReadPublishedStats(path());
    EXPECT_OK(published.status());
    EXPECT_TRUE(*published);
    return **published;
  }

 private:
  testing::TempDir directory_;
};

TEST_F(PublishingTest, AnOpenStoreTellsItsCounters) {
  Store store = Open({.stats_interval = std::chrono::milliseconds{1}});
  ASSERT_OK(store.Post({.channel = "general", .content = "x"}).status());
  while (Read().stats.counters.messages_posted == 0) std::this_thread::yield();
  const PublishedStats published = Read();
  EXPECT_FALSE(published.closed);
  EXPECT_GE(published.published_at, published.opened_at);
  EXPECT_EQ(published.stats.shards.size(), 2U);
}

TEST_F(PublishingTest, AClosedStoreHasToldTheLastOfIt) {
  {
    Store store = Open({.stats_interval = std::chrono::hours{1}});
    ASSERT_OK(store.Post({.channel = "general", .content = "x"}).status());
    for (int i = 0; i < 40; ++i) ASSERT_OK(store.History("general", {}).status());
  }
  const PublishedStats published = Read();
  EXPECT_TRUE(published.closed);
  EXPECT_EQ(published.stats.counters.messages_posted, 1U);
  EXPECT_EQ(published.stats.counters.page_reads, 40U);
  ASSERT_FALSE(published.stats.cache.hot_channels.empty());
  EXPECT_EQ(published.stats.cache.hot_channels[0].channel, "general");
}

TEST_F(PublishingTest, IntervalZeroPublishesNothing) {
  Open({.stats_interval = std::chrono::milliseconds{0}});
  const auto published = ReadPublishedStats(path());
  ASSERT_OK(published.status());
  EXPECT_FALSE(*published);
  EXPECT_FALSE(std::filesystem::exists(path() / "stats"));
}

TEST_F(PublishingTest, ReadersPublishNothing) {
  Open({.stats_interval = std::chrono::milliseconds{0}});
  Open({.mode = OpenMode::kReadOnly});
  EXPECT_FALSE(std::filesystem::exists(path() / "stats"));
}

TEST_F(PublishingTest, WhatIsNoStoreHasPublishedNothing) {
  const auto published = ReadPublishedStats(path());
  ASSERT_OK(published.status());
  EXPECT_FALSE(*published);
}

TEST_F(PublishingTest, ADamagedFileIsAnErrorThatNamesIt) {
  Open();
  std::ofstream(path() / "stats") << "rubbish";
  const auto published = ReadPublishedStats(path());
  EXPECT_CODE(published, StatusCode::kCorruption);
  EXPECT_NE(published.status().ToString().find((path() / "stats").string()), std::string::npos);
  Open();
  EXPECT_TRUE(Read().closed) << "opening the store mends it";
}

TEST_F(PublishingTest, AnIntervalOutOfBoundsIsRefused) {
  for (const auto interval : {std::chrono::milliseconds{-1}, std::chrono::milliseconds{3'600'001}}) {
    EXPECT_CODE(Store::Open(path(), {.stats_interval = interval}), StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace rookery::assembly
