// Several threads on one store: what must hold whatever the schedule. Run under the thread sanitizer too.

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

constexpr int kThreads = 4;

void InParallel(const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

class ConcurrencyTest : public StoreKindTest {};
INSTANTIATE_TEST_SUITE_P(Kinds, ConcurrencyTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(ConcurrencyTest, PostsToManyNewChannelsAllArrive) {
  constexpr int kPosts = 300;
  InParallel([&](int thread) {
    for (int i = 0; i < kPosts; ++i) {
      const std::string channel = "channel-" + std::to_string(i % 37);
      EXPECT_OK(store().Post({.channel = channel, .content = std::to_string(thread * kPosts + i)}));
    }
  });
  std::multiset<std::string> contents;
  for (int i = 0; i < 37; ++i) {
    for (const std::string& content : Contents(History("channel-" + std::to_string(i), {.limit = 1000}))) {
      contents.insert(content);
    }
  }
  EXPECT_EQ(contents.size(), static_cast<std::size_t>(kThreads * kPosts));
  EXPECT_EQ(std::set<std::string>(contents.begin(), contents.end()).size(), contents.size());
}

TEST_P(ConcurrencyTest, OneNonceMakesOneMessage) {
  constexpr int kNonces = 50;
  InParallel([&](int) {
    for (int i = 0; i < kNonces; ++i) {
      EXPECT_OK(store().Post({.channel = "c", .content = "x", .nonce = std::to_string(i)}));
    }
  });
  EXPECT_EQ(History("c", {.limit = 1000}).size(), static_cast<std::size_t>(kNonces));
}

TEST_P(ConcurrencyTest, ExpectedVersionLetsOneWriterThrough) {
  ASSERT_OK(store().Put("c", "counter", "0"));
  const MessageId id = Post("c", "0");
  std::atomic<int> edits{0};
  InParallel([&](int) {
    for (int i = 0; i < 50;) {
      ASSERT_OK_AND_ASSIGN(const auto record, store().GetRecord("c", "counter"));
      const int next = std::stoi(record->value) + 1;
      const auto put = store().Put("c", "counter", std::to_string(next), {.expected_version = record->version});
      if (put) ++i;
      if (!put) EXPECT_CODE(put, StatusCode::kConflict);
      const auto message = store().Get("c", id);
      if (store().Edit("c", id, {.content = "e", .expected_version = (*message)->version()})) ++edits;
    }
  });
  ASSERT_OK_AND_ASSIGN(const auto record, store().GetRecord("c", "counter"));
  EXPECT_EQ(record->value, std::to_string(kThreads * 50));
  EXPECT_EQ(Get("c", id)->version(), Version{static_cast<std::uint64_t>(edits) + 1});
}

TEST_P(ConcurrencyTest, IdsGrowAcrossReopenWhateverOrderWritesTook) {
  if (!durable()) GTEST_SKIP() << "the memory engine forgets when it is closed";
  std::atomic<std::uint64_t> highest{0};
  InParallel([&](int) {
    for (int i = 0; i < 100; ++i) {
      clock().Advance(std::chrono::milliseconds{700});  // so that the id horizon moves all the time
      const std::uint64_t id = Post("c", "x").value;
      std::uint64_t seen = highest;
      while (id > seen && !highest.compare_exchange_weak(seen, id)) {
      }
    }
  });
  clock().Advance(-std::chrono::seconds{20});
  Reopen();
  EXPECT_GT(Post("c", "y").value, highest);
}

TEST_P(ConcurrencyTest, ReadersSeeBatchesWhole) {
  // Every batch writes the same number of messages to two channels of different shards.
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) {
      const std::vector<NewMessage> batch = {{.channel = "aaa", .content = "x"}, {.channel = "zzz", .content = "x"}};
      EXPECT_OK(store().PostBatch(batch));
    }
    done = true;
  });
  while (!done) {
    ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
    ASSERT_OK_AND_ASSIGN(const Page first, snapshot.History("aaa", {.limit = 1000}));
    ASSERT_OK_AND_ASSIGN(const Page second, snapshot.History("zzz", {.limit = 1000}));
    EXPECT_EQ(first.size(), second.size());
  }
  writer.join();
}

TEST_P(ConcurrencyTest, PagesStayOrderedAndDenseWhileOthersPost) {
  std::atomic<int> running{kThreads - 1};
  InParallel([&](int thread) {
    if (thread > 0) {
      for (int i = 0; i < 200; ++i) EXPECT_OK(store().Post({.channel = "c", .content = "x"}));
      --running;
      return;
    }
    std::size_t last = 0;
    while (running > 0) {
      const Page page = History("c", {.limit = 10'000});
      EXPECT_GE(page.size(), last) << "an acknowledged message went missing";
      last = page.size();
      for (std::size_t i = 1; i < page.size(); ++i) ASSERT_GT(page[i - 1].id(), page[i].id());
    }
  });
  EXPECT_EQ(History("c", {.limit = 10'000}).size(), static_cast<std::size_t>((kThreads - 1) * 200));
}

}  // namespace
}  // namespace rookery::testing
