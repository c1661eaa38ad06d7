// The end of an ingestor, and of the store below it: nothing accepted is lost, nothing hangs.
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "rookery/ingestor.h"
#include "tests/ingest/answers.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

struct Counter final : ScanSink {
  void BeginChannel(std::string_view /*channel*/) override {}
  ScanStep Take(const MessageView& /*message*/) override {
    ++messages;
    return ScanStep::kNext;
  }
  int messages = 0;
};

class StopTest : public StoreKindTest {
 protected:
  Ingestor NewIngestor(const IngestOptions& options = {}) {
    auto made = store().Ingestor(options);
    EXPECT_OK(made);
    return *std::move(made);
  }
  std::size_t Stored() {
    std::size_t stored = 0;
    for (int channel = 0; channel < kChannels; ++channel) {
      stored += History(Channel(channel), {.limit = 1000}).size();
    }
    return stored;
  }
  static std::string Channel(int i) { return "c" + std::to_string(i % kChannels); }

  static constexpr int kChannels = 7;
};
INSTANTIATE_TEST_SUITE_P(Kinds, StopTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(StopTest, StopAnswersWhatWasAcceptedAndRefusesTheRest) {
  Ingestor ingestor = NewIngestor({.batch = {.messages = 1000, .age = std::chrono::minutes{1}}});
  Answers answers;
  for (int i = 0; i < 100; ++i) EXPECT_OK(ingestor.PostThen({.channel = Channel(i)}, answers.Collect()));
  EXPECT_OK(ingestor.Stop());
  EXPECT_EQ(answers.Count(StatusCode::kOk), 100U);
  EXPECT_CODE(ingestor.PostThen({.channel = "c"}, answers.Collect()), StatusCode::kClosed);
  EXPECT_CODE(ingestor.Post({.channel = "c"}).get(), StatusCode::kClosed);
  EXPECT_OK(ingestor.Stop());
  EXPECT_OK(ingestor.Flush(kLongEnough));
  EXPECT_EQ(ingestor.Stats().total.answered, 100U);
  EXPECT_EQ(Stored(), 100U);
}

TEST_P(StopTest, TheDestructorStops) {
  Answers answers;
  {
    Ingestor ingestor = NewIngestor({.batch = {.messages = 1000, .age = std::chrono::minutes{1}}});
    for (int i = 0; i < 30; ++i) EXPECT_OK(ingestor.PostThen({.channel = Channel(i)}, answers.Collect()));
  }
  EXPECT_EQ(answers.Count(StatusCode::kOk), 30U);
}

TEST_P(StopTest, ClosingTheStoreFirstAnswersWhatWasAccepted) {
  Ingestor ingestor = NewIngestor({.batch = {.messages = 1000, .age = std::chrono::minutes{1}}});
  Answers answers;
  for (int i = 0; i < 50; ++i) EXPECT_OK(ingestor.PostThen({.channel = Channel(i)}, answers.Collect()));
  EXPECT_OK(store().Close());
  EXPECT_EQ(answers.Count(StatusCode::kOk), 50U);
  EXPECT_CODE(ingestor.PostThen({.channel = "c"}, answers.Collect()), StatusCode::kClosed);
  EXPECT_OK(ingestor.Stop());
}

TEST_P(StopTest, ClosingTheStoreUnderLoadLosesNoAcknowledgement) {
  constexpr int kThreads = 4;
  Ingestor ingestor = NewIngestor({.mailbox = {.messages = 16}});
  std::atomic<int> accepted{0};
  std::atomic<int> stored{0};
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0;; ++i) {
        const Status status = ingestor.PostThen({.channel = Channel(i), .content = "x"}, [&](const auto& posted) {
          ++answered;
          if (posted) ++stored;
        });
        if (status.code() == StatusCode::kClosed) return;
        EXPECT_OK(status);
        ++accepted;
      }
    });
  }
  while (answered < 500) std::this_thread::yield();
  EXPECT_OK(store().Close());
  EXPECT_EQ(answered, stored) << "what was accepted before the end is written";
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, answered);
  if (!durable()) return;
  Open();
  Counter found;
  ASSERT_OK_AND_ASSIGN(auto scan, store().StartScan());
  ASSERT_OK(scan.Read(&found));
  EXPECT_EQ(found.messages, stored);
}

TEST_P(StopTest, ManyMayStopAtOnce) {
  Ingestor ingestor = NewIngestor();
  for (int i = 0; i < 100; ++i) EXPECT_OK(ingestor.PostThen({.channel = Channel(i)}, nullptr));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      EXPECT_OK(ingestor.Stop());
      EXPECT_EQ(ingestor.Stats().total.waiting_messages, 0U);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Stored(), 100U);
}

TEST_P(StopTest, SeveralIngestorsOfAStoreEndWithIt) {
  Ingestor one = NewIngestor();
  Ingestor other = NewIngestor({.durability = Durability::kSync});
  EXPECT_OK(one.PostThen({.channel = "c"}, nullptr));
  EXPECT_OK(other.PostThen({.channel = "c"}, nullptr));
  EXPECT_OK(store().Close());
  EXPECT_CODE(one.PostThen({.channel = "c"}, nullptr), StatusCode::kClosed);
  EXPECT_CODE(other.PostThen({.channel = "c"}, nullptr), StatusCode::kClosed);
}

TEST_P(StopTest, ClosingTheStoreInACallbackEndsNoIngestor) {
  Ingestor before = NewIngestor();
  Ingestor one = NewIngestor();
  Ingestor after = NewIngestor();
  std::promise<Status> closed;
  EXPECT_OK(one.PostThen({.channel = "c"}, [&](const auto& /*posted*/) { closed.set_value(store().Close()); }));
  EXPECT_CODE(closed.get_future().get(), StatusCode::kInvalidArgument);
  for (Ingestor* ingestor : {&before, &one, &after}) EXPECT_OK(ingestor->Post({.channel = "c"}).get());
}

TEST_P(StopTest, AMovedFromIngestorIsClosedAndTheOtherGoesOn) {
  Ingestor first = NewIngestor();
  Ingestor second = std::move(first);
  EXPECT_CODE(first.PostThen({.channel = "c"}, nullptr), StatusCode::kClosed);  // NOLINT(bugprone-use-after-move)
  EXPECT_OK(second.Post({.channel = "c"}).get());
  second = NewIngestor();
  EXPECT_OK(second.Post({.channel = "c"}).get());
}

using ReadOnlyIngestTest = DiskStoreTest;

TEST_F(ReadOnlyIngestTest, AStoreThatIsOnlyReadHasNoIngestors) {
  options().mode = OpenMode::kReadOnly;
  Reopen();
  EXPECT_CODE(store().Ingestor(), StatusCode::kPermission);
}

TEST_P(StopTest, AClosedStoreHasNoIngestors) {
  Close();
  EXPECT_CODE(store().Ingestor(), StatusCode::kClosed);
}

}  // namespace
}  // namespace rookery::testing
