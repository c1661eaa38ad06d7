// The ingestor as an application sees it, over every engine and routing.
#include "rookery/ingestor.h"

#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/ingest/answers.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class IngestorTest : public StoreKindTest {
 protected:
  void SetUp() override {
    StoreKindTest::SetUp();
    Begin({});
  }
  void Begin(const IngestOptions& options) {
    auto made = store().Ingestor(options);
    ASSERT_OK(made);
    ingestor_.emplace(*std::move(made));
  }
  void TearDown() override {
    ingestor_.reset();
    StoreKindTest::TearDown();
  }
  void Flush() { ASSERT_OK(ingestor_->Flush(kLongEnough)); }

  std::optional<Ingestor> ingestor_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, IngestorTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(IngestorTest, TheFutureGetsTheIdUnderWhichTheMessageIsStored) {
  auto answer = ingestor_->Post(
      {.channel = "c", .author = "ada", .content = "hello", .attributes = {{.name = "mood", .value = "fine"}}});
  const auto posted = answer.get();
  ASSERT_OK(posted);
  const auto message = Get("c", posted->id);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->author(), "ada");
  EXPECT_EQ(message->content(), "hello");
  EXPECT_EQ(message->attributes(), std::vector<Attribute>({{.name = "mood", .value = "fine"}}));
}

TEST_P(IngestorTest, TheCallersTextsMayGoAsSoonAsItHasPosted) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{5'000}, std::size_t{200'000}}) {
    std::string channel = "channel";
    std::string content(size, 'x');
    auto answer = ingestor_->Post({.channel = channel, .content = content});
    channel.assign(channel.size(), '-');
    content.assign(content.size(), '-');
    const auto posted = answer.get();
    ASSERT_OK(posted);
    EXPECT_EQ(Get("channel", posted->id)->content(), std::string(size, 'x'));
  }
}

TEST_P(IngestorTest, AChannelKeepsTheOrderOfEachThread) {
  constexpr int kThreads = 4;
  constexpr int kEach = 300;
  std::vector<std::vector<MessageId>> ids(kThreads, std::vector<MessageId>(kEach));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const std::string content = std::to_string(thread) + "/" + std::to_string(i);
        EXPECT_OK(ingestor_->PostThen({.channel = "c" + std::to_string(i % 3), .content = content},
                                      [&, thread, i](const Result<Posted>& posted) {
                                        if (posted) ids[thread][i] = posted->id;
                                      }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Flush();
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEach; ++i) {
      if (i >= 3) {
        EXPECT_GT(ids[thread][i], ids[thread][i - 3]);
      }
      const auto message = Get("c" + std::to_string(i % 3), ids[thread][i]);
      ASSERT_TRUE(message.has_value());
      EXPECT_EQ(message->content(), std::to_string(thread) + "/" + std::to_string(i));
    }
  }
}

TEST_P(IngestorTest, ABadMessageIsRefusedAtTheCallAndNeverCalledBack) {
  Answers answers;
  EXPECT_CODE(ingestor_->PostThen({.channel = ""}, answers.Collect()), StatusCode::kInvalidArgument);
  EXPECT_CODE(ingestor_->PostThen({.channel = "c"}, answers.Collect(), {.timeout = milliseconds{-1}}),
              StatusCode::kInvalidArgument);
  EXPECT_CODE(ingestor_->Post({.channel = std::string(2000, 'c')}).get(), StatusCode::kInvalidArgument);
  Flush();
  EXPECT_TRUE(answers.all().empty());
}

TEST_P(IngestorTest, AnIdThatIsTakenFailsItsMessageAndNotItsNeighbours) {
  const MessageId taken = Post("c", "first");
  Begin({.batch = {.messages = 100, .age = std::chrono::minutes{1}}});
  Answers good;
  Answers bad;
  for (int i = 0; i < 9; ++i) {
    EXPECT_OK(ingestor_->PostThen({.channel = "c", .content = "fine"}, good.Collect()));
    if (i == 4) {
      EXPECT_OK(ingestor_->PostThen({.channel = "c", .content = "other", .id = taken}, bad.Collect()));
    }
  }
  Flush();
  EXPECT_EQ(good.Count(StatusCode::kOk), 9U);
  EXPECT_EQ(bad.Count(StatusCode::kAlreadyExists), 1U);
  EXPECT_EQ(History("c").size(), 10U);
}

TEST_P(IngestorTest, APostWithANonceIsIdempotent) {
  const auto first = ingestor_->Post({.channel = "c", .content = "x", .nonce = "n"}).get();
  const auto again = ingestor_->Post({.channel = "c", .content = "x", .nonce = "n"}).get();
  ASSERT_OK(first);
  ASSERT_OK(again);
  EXPECT_EQ(again->id, first->id);
  EXPECT_FALSE(first->existed);
  EXPECT_TRUE(again->existed);
}

TEST_P(IngestorTest, FlushReturnsWhenAllIsAnsweredThoughBatchesWouldWait) {
  Begin({.batch = {.messages = 1000, .age = std::chrono::minutes{1}}});
  Answers answers;
  for (int i = 0; i < 50; ++i) {
    EXPECT_OK(ingestor_->PostThen({.channel = "c" + std::to_string(i)}, answers.Collect()));
  }
  EXPECT_EQ(answers.all().size(), 0U);
  Flush();
  EXPECT_EQ(answers.Count(StatusCode::kOk), 50U);
}

TEST_P(IngestorTest, AFullBatchDoesNotWaitForItsAge) {
  Begin({.batch = {.messages = 10, .age = std::chrono::minutes{1}}});
  Answers answers;
  for (int i = 0; i < 10; ++i) EXPECT_OK(ingestor_->PostThen({.channel = "c"}, answers.Collect()));
  EXPECT_TRUE(answers.Await(10));
  Flush();
  EXPECT_EQ(ingestor_->Stats().total.batches, 1U);
}

TEST_P(IngestorTest, DestinationsAreThoseThatWereDeclared) {
  Begin({.destinations = {"mail", "bots"}});
  ASSERT_OK(ingestor_->Post({.channel = "c", .content = "x"}, {.destination = "mail"}).get());
  const auto unknown = ingestor_->Post({.channel = "c"}, {.destination = "fax"}).get();
  EXPECT_CODE(unknown, StatusCode::kNotFound);
  EXPECT_THAT(unknown.error().ToString(), HasSubstr("\"fax\""));
  Flush();
  const IngestStats stats = ingestor_->Stats();
  ASSERT_GE(stats.destinations.size(), 2U);
  const DestinationStats& mail = stats.destinations[stats.destinations.size() - 2];
  EXPECT_EQ(mail.name, "mail");
  EXPECT_EQ(mail.shard, std::nullopt);
  EXPECT_EQ(mail.counters.answered, 1U);
}

TEST_P(IngestorTest, CallbacksMayPostAndReadAndMustNotWaitForThemselves) {
  std::promise<std::vector<StatusCode>> told;
  ASSERT_OK(ingestor_->PostThen({.channel = "c", .content = "x"}, [&](const Result<Posted>& posted) {
    told.set_value({store().Get("c", posted->id).status().code(), ingestor_->PostThen({.channel = "c"}, nullptr).code(),
                    ingestor_->Flush(kLongEnough).code(), ingestor_->Stop().code(), store().Close().code()});
  }));
  EXPECT_THAT(told.get_future().get(), ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kInvalidArgument,
                                                   StatusCode::kInvalidArgument, StatusCode::kInvalidArgument));
  Flush();
  EXPECT_EQ(History("c").size(), 2U);
}

TEST_P(IngestorTest, StatsCountWhatGoesThrough) {
  for (int i = 0; i < 20; ++i) ASSERT_OK(ingestor_->PostThen({.channel = "c", .content = "x"}, nullptr));
  Flush();
  const IngestStats stats = ingestor_->Stats();
  EXPECT_EQ(stats.total.accepted, 20U);
  EXPECT_EQ(stats.total.answered, 20U);
  EXPECT_EQ(stats.total.failed, 0U);
  EXPECT_EQ(stats.total.batched, 20U);
  EXPECT_GE(stats.total.mean_batch(), 1.0);
  EXPECT_EQ(stats.total.waiting_messages, 0U);
  EXPECT_EQ(stats.total.waiting_bytes, 0U);
  std::uint64_t accepted = 0;
  for (const DestinationStats& destination : stats.destinations) {
    EXPECT_TRUE(destination.shard.has_value());
    accepted += destination.counters.accepted;
  }
  EXPECT_EQ(accepted, 20U);
}

TEST_P(IngestorTest, DurablePostsOfManyShardsAreAllStored) {
  Begin({.durability = Durability::kSync});
  Answers answers;
  for (int i = 0; i < 100; ++i) {
    EXPECT_OK(ingestor_->PostThen({.channel = "c" + std::to_string(i), .content = "x"}, answers.Collect()));
  }
  Flush();
  EXPECT_EQ(answers.Count(StatusCode::kOk), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(History("c" + std::to_string(i)).size(), 1U);
}

}  // namespace
}  // namespace rookery::testing
