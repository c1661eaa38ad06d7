// Writers and readers who do not know that the shards change under them: what was acknowledged is there, once.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/store/reshard_fixture.h"

namespace rookery::testing {
namespace {

/// A channel of which one writer knows what is in it: messages with numbers as contents, and how often a record was
/// written.
struct Track {
  std::string name;
  std::mutex mutex;
  std::vector<MessageId> ids;             // guarded by mutex
  std::atomic<std::uint64_t> posted{0};   // acknowledged
  std::atomic<std::uint64_t> deleted{0};  // of the oldest; set before the delete
  std::atomic<std::uint64_t> record{0};   // acknowledged
};

class ReshardRaceTest : public ReshardFixture {
 protected:
  static constexpr std::size_t kTracks = 60;
  static constexpr std::size_t kWriters = 2;
  static constexpr std::size_t kReaders = 4;

  void SetUp() override {
    options_.clock.reset();
    StoreKindTest::SetUp();
    for (std::size_t i = 0; i < kTracks; ++i) {
      tracks_.emplace_back().name = std::string(1, static_cast<char>('a' + i % 26)) + "/" + std::to_string(i * 7919);
    }
  }

  void Write(std::size_t writer) {
    std::mt19937_64 random(writer);
    for (std::uint64_t round = 0; !stop_; ++round) {
      Track& track = tracks_[random() % (kTracks / kWriters) * kWriters + writer];
      if (round % 8 == 0) {
        const auto version = store().Put(track.name, "count", std::to_string(track.record + 1));
        ASSERT_OK(version);
        ++track.record;
      } else if (round % 16 == 3 && track.posted > track.deleted + 20) {
        DeleteOldest(&track);
      } else if (round % 16 == 5 && track.posted > track.deleted) {
        Edit(&track);
      } else {
        PostSome(&track, 1 + random() % 8);
      }
    }
  }

  void PostSome(Track* track, std::size_t count) {
    std::vector<std::string> texts;
    std::vector<NewMessage> batch;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(std::to_string(track->posted + i + 1));
    for (const std::string& text : texts) batch.push_back({.channel = track->name, .author = "w", .content = text});
    const auto posted = store().PostBatch(batch);
    ASSERT_OK(posted);
    const std::lock_guard lock(track->mutex);
    for (const Posted& one : *posted) track->ids.push_back(one.id);
    track->posted += count;
  }

  void DeleteOldest(Track* track) {
    const std::uint64_t index = track->deleted++;
    const auto deleted = store().Delete(track->name, IdOf(track, index));
    ASSERT_OK(deleted);
    EXPECT_TRUE(*deleted) << track->name << " " << index;
  }

  void Edit(Track* track) {
    const std::uint64_t index = track->deleted;
    const auto version = store().Edit(track->name, IdOf(track, index), {.content = std::to_string(index + 1)});
    ASSERT_OK(version);
  }

  static MessageId IdOf(Track* track, std::uint64_t index) {
    const std::lock_guard lock(track->mutex);
    return track->ids[index];
  }

  void Read(std::size_t reader) {
    std::mt19937_64 random(100 + reader);
    while (!stop_) {
      Track& track = tracks_[random() % kTracks];
      switch (random() % 4) {
        case 0:
          ReadOne(&track, random());
          break;
        case 1:
          ReadRecord(track);
          break;
        case 2:
          ReadNewest(track);
          break;
        default:
          ReadAll(track);
      }
      if (HasFailure()) stop_ = true;
    }
  }

  void ReadOne(Track* track, std::uint64_t random) {
    const std::uint64_t posted = track->posted;
    if (posted == 0) return;
    const std::uint64_t index = random % posted;
    const auto message = store().Get(track->name, IdOf(track, index));
    ASSERT_OK(message);
    if (index < track->deleted) return;
    ASSERT_TRUE(*message) << track->name << " misses " << index + 1;
    EXPECT_EQ((*message)->content(), std::to_string(index + 1));
  }

  void ReadRecord(const Track& track) {
    const std::uint64_t least = track.record;
    const auto record = store().GetRecord(track.name, "count");
    ASSERT_OK(record);
    if (least == 0) return;
    ASSERT_TRUE(*record) << track.name;
    EXPECT_GE(std::stoull((*record)->value), least);
  }

  void ReadNewest(const Track& track) {
    const std::uint64_t posted = track.posted;
    const auto page = store().History(track.name, {.limit = 5});
    ASSERT_OK(page);
    if (posted == 0) return;
    ASSERT_FALSE(page->empty());
    EXPECT_GE(std::stoull(std::string((*page)[0].content())), posted) << track.name;
  }

  void ReadAll(const Track& track) {
    const std::uint64_t posted = track.posted;
    std::vector<std::uint64_t> numbers;
    HistoryQuery query{.limit = 1000};
    for (bool more = true; more;) {
      const auto page = store().History(track.name, query);
      ASSERT_OK(page);
      for (const MessageView& message : *page) {
        numbers.push_back(std::stoull(std::string(message.content())));
        query.before = message.id();
      }
      more = page->has_more();
    }
    const std::uint64_t deleted = track.deleted;
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      ASSERT_EQ(numbers[i], numbers[i - 1] - 1) << track.name << ": one is missing, or there twice";
    }
    if (posted <= deleted) return;
    ASSERT_FALSE(numbers.empty()) << track.name;
    EXPECT_GE(numbers.front(), posted) << track.name;
    EXPECT_LE(numbers.back(), deleted + 1) << track.name;
  }

  std::deque<Track> tracks_;
  std::atomic<bool> stop_{false};
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReshardRaceTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(ReshardRaceTest, WhatWasAcknowledgedIsThereOnce) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kWriters; ++i) threads.emplace_back([this, i] { Write(i); });
  for (std::size_t i = 0; i < kReaders; ++i) threads.emplace_back([this, i] { Read(i); });
  const std::vector<ReshardRequest> requests{ResizeShards{16}, ResizeShards{5}, ToAnotherStrategy(), RebalanceShards{},
                                             ResizeShards{7}};
  for (const ReshardRequest& request : requests) {
    const auto plan = store().StartReshard(request, {.keep = std::chrono::hours{1}, .share = 1});
    EXPECT_OK(plan);
    if (HasFailure()) break;
    if (!plan->changes) continue;
    Await();
    EXPECT_OK(store().RevertReshard());
    Await();
    EXPECT_EQ(ReshardPhaseName(Job().phase), "reverted") << Job().paused_reason;
    Reshard(request);
    EXPECT_EQ(Job().reads_differing, 0U);
  }
  stop_ = true;
  for (std::thread& thread : threads) thread.join();
  for (const Track& track : tracks_) ReadAll(track);
}

}  // namespace
}  // namespace rookery::testing
