#include "bench/year.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "bench/failure.h"
#include "bench/year_traffic.h"
#include "rookery/options.h"

namespace rookery::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr std::size_t kMessages = 2'000;

TEST(CalendarTest, TheYearHasAllMessages) {
  const Calendar calendar(kMessages);
  EXPECT_EQ(calendar.first_of(0), 0U);
  EXPECT_EQ(calendar.first_of(Calendar::kDays), kMessages);
  EXPECT_EQ(calendar.time_of(kMessages) - calendar.time_of(0), std::chrono::days{365});
}

TEST(CalendarTest, TheLastMonthEndsWithTheYear) {
  EXPECT_EQ(Calendar::end_of_month(0), 30);
  EXPECT_EQ(Calendar::end_of_month(11), 365);
}

TEST(CalendarTest, RetentionRunsEachDayOfABusyYear) {
  const Calendar calendar(1'000'000);
  for (int day = 0; day < Calendar::kDays; ++day) EXPECT_TRUE(calendar.retention_runs_on(day)) << day;
}

TEST(CalendarTest, RetentionRunsTenTimesInAQuietYear) {
  const Calendar calendar(kMessages);
  int runs = 0;
  for (int day = 0; day < Calendar::kDays; ++day) runs += calendar.retention_runs_on(day) ? 1 : 0;
  EXPECT_EQ(runs, 10);
}

/// What a store should do, and three ways in which it could fail.
class ModelStore final : public YearStore {
 public:
  explicit ModelStore(const Chat& chat) : chat_(chat) {}

  MessageId Post(std::size_t message, Timestamp now) override {
    now_ = now;
    const auto since_epoch = static_cast<std::uint64_t>((now - IdOptions{}.epoch).count());
    const MessageId id{since_epoch << MessageId::kTimeShift};
    channels_[chat_.channel_of(message)][id] = message;
    return id;
  }
  void ReadLatest(std::size_t channel, std::vector<MessageId>* ids) override {
    ids->clear();
    for (const auto& [id, message] : channels_[channel]) {
      if (ids->size() == page) break;
      ids->push_back(id);
    }
  }
  bool Get(std::size_t channel, MessageId id) override { return channels_[channel].contains(id); }
  std::vector<Row> ReadAll(std::size_t channel) override {
    std::vector<Row> rows;
    for (const auto& [id, message] : channels_[channel]) {
      rows.push_back({id, chat_.author_of(message), std::string(chat_.content_of(message))});
    }
    return rows;
  }
  void EnforceRetention() override {
    for (auto& [channel, messages] : channels_) {
      messages.erase(messages.upper_bound(YearKeptFrom(now_ + late)), messages.end());
    }
  }
  void Compact() override {}
  void Close() override {}

  std::size_t page = kScrollLimit;    // less: pages are too short
  std::chrono::milliseconds late{0};  // below 0: too little is removed, above: too much

 private:
  const Chat& chat_;
  Timestamp now_;
  std::map<std::size_t, std::map<MessageId, std::size_t, std::greater<>>> channels_;  // newest first
};

class YearTrafficTest : public ::testing::Test {
 protected:
  void PostAll() {
    while (traffic_.posted() < kMessages) traffic_.Post(&store_);
  }
  void Remove() {
    store_.EnforceRetention();
    traffic_.NoteRetention(traffic_.now());
  }
  void ReadMuch() {
    for (int i = 0; i < 1'000; ++i) traffic_.Read(&store_, nullptr);
  }

  static constexpr ChatSizes kSizes{.messages = kMessages, .channels = 3};
  const Workload workload_{Chat(kSizes), EncodedChat(Chat(kSizes), kShards)};
  ModelStore store_{workload_.chat};
  YearTraffic traffic_{workload_, Calendar(kMessages)};
};

TEST_F(YearTrafficTest, AStoreThatKeepsWhatItShouldPasses) {
  PostAll();
  ReadMuch();
  Remove();
  ReadMuch();
  traffic_.ExpectOnlyKept(&store_);
}

TEST_F(YearTrafficTest, WhatIsTooOldMayStayUntilRetentionRan) {
  PostAll();
  EXPECT_GT(traffic_.first_kept(), 0U);
  ReadMuch();
}

TEST_F(YearTrafficTest, FindsWhatWasRemovedTooEarly) {
  PostAll();
  store_.late = std::chrono::days{1};
  Remove();
  EXPECT_THAT([&] { traffic_.ExpectOnlyKept(&store_); }, ThrowsMessage<Failure>(HasSubstr("removed too much")));
  EXPECT_THAT([&] { ReadMuch(); }, ThrowsMessage<Failure>(HasSubstr("young enough")));
}

TEST_F(YearTrafficTest, FindsWhatWasLeft) {
  PostAll();
  store_.late = std::chrono::days{-1};
  Remove();
  EXPECT_THAT([&] { traffic_.ExpectOnlyKept(&store_); }, ThrowsMessage<Failure>(HasSubstr("too old")));
}

TEST_F(YearTrafficTest, FindsPagesThatShowWhatWasRemoved) {
  PostAll();
  traffic_.NoteRetention(traffic_.now() + std::chrono::days{30});
  EXPECT_THAT([&] { ReadMuch(); }, ThrowsMessage<Failure>(HasSubstr("retention removed")));
}

TEST_F(YearTrafficTest, FindsShortPages) {
  PostAll();
  store_.page = 3;
  EXPECT_THAT([&] { ReadMuch(); }, ThrowsMessage<Failure>(HasSubstr("not in a page")));
}

}  // namespace
}  // namespace rookery::bench
