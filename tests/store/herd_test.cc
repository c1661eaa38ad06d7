// A herd: many callers ask for one cold thing at once, and the engine is asked once.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

constexpr int kCallers = 64;

class HerdTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    Create(HashRouting{.shards = 2});
    id_ = *Post({.channel = "general", .content = "hello"});
  }
  /// Holds the leader's read until all others wait for it.
  void UntilAllWait() const {
    while (store_->Stats().cache.joined < kCallers - 1) std::this_thread::yield();
  }
  template <typename Ask>
  void AskTogether(Ask ask) {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i) callers.emplace_back(ask);
  }

  MessageId id_;
};

TEST_F(HerdTest, OnePageIsReadOnce) {
  ASSERT_OK(store_->keeper().Count("general"));  // so that the bucket map has nothing left to read
  const int before = engine_->reads();
  engine_->BeforeNextCursor([this] { UntilAllWait(); });
  std::atomic<int> right{0};
  AskTogether([&] {
    const auto page = store_->reads().History("general", {}, nullptr);
    if (page && page->size() == 1 && page->front().content() == "hello") ++right;
  });
  EXPECT_EQ(right, kCallers);
  EXPECT_EQ(engine_->reads() - before, 1);
}

TEST_F(HerdTest, OneMessageIsReadOnce) {
  const int before = engine_->reads();
  engine_->BeforeNextGet([this] { UntilAllWait(); });
  std::atomic<int> right{0};
  AskTogether([&] {
    if (Get("general", id_)->content() == "hello") ++right;
  });
  EXPECT_EQ(right, kCallers);
  EXPECT_EQ(engine_->reads() - before, 1);
}

TEST_F(HerdTest, ManyAtOnceJoinSingleReads) {
  const int before = engine_->reads();
  engine_->BeforeNextGet([this] {
    while (store_->Stats().cache.joined < 1) std::this_thread::yield();
  });
  std::jthread single([&] { EXPECT_EQ(Get("general", id_)->content(), "hello"); });
  while (store_->Stats().cache.flights < 1) std::this_thread::yield();
  const std::vector<MessageKey> keys{{"general", id_}};
  const auto messages = store_->reads().GetMany(keys, nullptr);
  ASSERT_OK(messages.status());
  EXPECT_EQ((*messages)[0]->content(), "hello");
  EXPECT_EQ(engine_->reads() - before, 1);
}

TEST_F(HerdTest, ACallerWaitsNoLongerThanItLikes) {
  std::atomic<bool> answered{false};
  engine_->BeforeNextGet([&] {
    while (!answered) std::this_thread::yield();
  });
  std::jthread leader([&] { EXPECT_EQ(Get("general", id_)->content(), "hello"); });
  while (store_->Stats().cache.flights < 1) std::this_thread::yield();
  const auto late = store_->reads().Get("general", id_, nullptr, {.timeout = std::chrono::milliseconds(1)});
  answered = true;
  EXPECT_CODE(late, StatusCode::kBusy);
  EXPECT_TRUE(late.status().retry_after());
}

TEST_F(HerdTest, AReaderAfterAWriteDoesNotGetTheEarlierFlightsAnswer) {
  std::atomic<bool> reading{false};
  std::atomic<bool> edited{false};
  engine_->BeforeNextGet([&] {
    reading = true;
    while (!edited) std::this_thread::yield();
  });
  std::jthread leader([&] { Get("general", id_); });
  while (!reading) std::this_thread::yield();
  ASSERT_OK(store_->messages().Edit("general", id_, {.content = "edited"}, {}).status());
  EXPECT_EQ(Get("general", id_)->content(), "edited");
  edited = true;
  leader.join();
  EXPECT_EQ(Get("general", id_)->content(), "edited");
}

}  // namespace
}  // namespace rookery::testing
