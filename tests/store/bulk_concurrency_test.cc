// Bulk loads beside others who post, read and edit: nothing of theirs is lost or overwritten, and reads are never
// stale.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/store/bulk_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class BulkConcurrencyTest : public StoreKindTest {};
INSTANTIATE_TEST_SUITE_P(Stores, BulkConcurrencyTest,
                         ::testing::Values(AllStoreKinds()[0], AllStoreKinds()[3], AllStoreKinds()[5]), KindName);

/// Does something when the load is about to publish, the first time.
BulkOptions WhenWritten(std::function<void()> action, IdCollision collision = IdCollision::kFail) {
  BulkOptions options{.id_collision = collision};
  options.progress = [action = std::move(action)](const BulkProgress& now) {
    if (now.phase == BulkPhase::kPublishing) action();
    return true;
  };
  return options;
}

TEST_P(BulkConcurrencyTest, WhatIsPostedAfterTheComparisonIsFoundAgain) {
  const OwnedMessages messages = DistinctMessages(100);
  const auto post = [&] { ASSERT_OK(store().Post(messages[40].view())); };
  ASSERT_OK_AND_ASSIGN(const BulkReport report, BulkLoad(&store(), messages, WhenWritten(post)));
  EXPECT_EQ(report.existed, 1U);
  EXPECT_EQ(report.posted, 99U);
  EXPECT_EQ(Dump(store()).size(), 100U);
}

TEST_P(BulkConcurrencyTest, AnIdThatSomebodyTookMeanwhileIsNotOverwritten) {
  const OwnedMessages messages = DistinctMessages(100);
  OwnedMessage other = messages[40];
  other.content = "somebody else's";
  const auto post = [&] { ASSERT_OK(store().Post(other.view())); };
  EXPECT_CODE(BulkLoad(&store(), messages, WhenWritten(post)), StatusCode::kAlreadyExists);
  EXPECT_EQ(Get(other.channel, other.id)->content(), other.content);
  ASSERT_OK_AND_ASSIGN(const BulkReport report,
                       BulkLoad(&store(), messages, {.id_collision = IdCollision::kNextFreeId}));
  EXPECT_EQ(report.renamed, 1U);
  EXPECT_EQ(Get(other.channel, other.id)->content(), other.content);
}

TEST_P(BulkConcurrencyTest, AnIdThatTheLoadMadeAndSomebodyTookMeanwhileIsNotOverwritten) {
  const MessageId probe = Post("c", "probe");
  const MessageId taken{probe.value + 1};  // the clock stands, so the load makes it
  const auto post = [&] { ASSERT_OK(store().Post({.channel = "c", .content = "acknowledged", .id = taken})); };
  ASSERT_OK_AND_ASSIGN(auto loader, store().BulkLoader(WhenWritten(post)));
  ASSERT_OK(loader.Add({.channel = "c", .content = "loaded"}));
  ASSERT_OK_AND_ASSIGN(const BulkReport report, loader.Finish());
  EXPECT_EQ(report.posted, 1U);
  EXPECT_EQ(Get("c", taken)->content(), "acknowledged");
  EXPECT_THAT(Contents(History("c")), UnorderedElementsAre("probe", "acknowledged", "loaded"));
}

TEST_P(BulkConcurrencyTest, RefusalsOfLaterRoundsAreToldToo) {
  const OwnedMessages messages = DistinctMessages(100);
  const auto take = [&](std::size_t number) {
    OwnedMessage other = messages[number];
    other.content = "somebody else's";
    ASSERT_OK(store().Post(other.view()));
  };
  // Each refusal makes the next one: the first two rounds are undone, and in the third posts are held.
  BulkOptions options = WhenWritten([&] { take(1); });
  std::vector<std::uint64_t> heard;
  options.on_refused = [&](const BulkRefusal& refusal) {
    heard.push_back(refusal.index);
    if (refusal.index < 3) take(refusal.index + 1);
    return refusal.index < 3;
  };
  ASSERT_OK_AND_ASSIGN(const BulkReport report, BulkLoad(&store(), messages, options));
  EXPECT_THAT(heard, ElementsAre(1, 2, 3));
  EXPECT_EQ(report.refused, 3U);
  EXPECT_EQ(report.posted, 97U);
}

TEST_P(BulkConcurrencyTest, ARefusalOfALaterRoundCanStopTheLoad) {
  const OwnedMessages messages = DistinctMessages(100);
  OwnedMessage other = messages[40];
  other.content = "somebody else's";
  BulkOptions options = WhenWritten([&] { ASSERT_OK(store().Post(other.view())); });
  options.on_refused = [](const BulkRefusal& /*refusal*/) { return false; };
  EXPECT_CODE(BulkLoad(&store(), messages, options), StatusCode::kAlreadyExists);
  EXPECT_EQ(Dump(store()).size(), 1U);
}

TEST_P(BulkConcurrencyTest, ANonceThatSomebodyUsedMeanwhileIsFoundAgain) {
  OwnedMessages messages = DistinctMessages(100);
  messages[40].nonce = "n";
  MessageId taken;
  const auto post = [&] {
    ASSERT_OK_AND_ASSIGN(taken, store().Post({.channel = messages[40].channel, .content = "first", .nonce = "n"}));
  };
  ASSERT_OK_AND_ASSIGN(const BulkReport report, BulkLoad(&store(), messages, WhenWritten(post)));
  EXPECT_EQ(report.existed, 1U);
  EXPECT_EQ(Get(messages[40].channel, messages[40].id), std::nullopt);
  EXPECT_EQ(store().Post({.channel = messages[40].channel, .nonce = "n"}).value(), taken);
}

TEST_P(BulkConcurrencyTest, CachedPagesAndAbsencesDoNotStay) {
  const OwnedMessages messages = DistinctMessages(100, 1);
  const MessageId early = Post("channel-0", "before");
  const auto read = [&] {
    EXPECT_EQ(History("channel-0").size(), 1U);
    EXPECT_EQ(Get("channel-0", messages[3].id), std::nullopt);
  };
  read();
  ASSERT_OK(BulkLoad(&store(), messages, WhenWritten(read)));
  EXPECT_EQ(History("channel-0", {.limit = 200}).size(), 101U);
  const std::optional<Message> loaded = Get("channel-0", messages[3].id);
  ASSERT_TRUE(loaded) << "the absence that was cached stayed";
  EXPECT_EQ(loaded->content(), messages[3].content);
  EXPECT_EQ(Get("channel-0", early)->content(), "before");
}

TEST_P(BulkConcurrencyTest, ASnapshotDoesNotSeeALoadThatEndsAfterIt) {
  Post("channel-0", "before");
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  ASSERT_OK(BulkLoad(&store(), DistinctMessages(100, 1)));
  EXPECT_EQ(snapshot.History("channel-0")->size(), 1U);
}

TEST_P(BulkConcurrencyTest, TwoSourcesOfTheSameMessagesGiveEachOnce) {
  const OwnedMessages messages = DistinctMessages(3000, 5);
  std::atomic<bool> loaded{false};
  std::uint64_t posted = 0;
  std::thread poster([&] {
    for (std::size_t i = messages.size(); i-- > 0 && !loaded;) {
      const NewMessage message = messages[i].view();
      const auto answer = store().PostBatch({&message, 1});
      EXPECT_OK(answer);
      posted += answer.has_value() && !answer->front().existed ? 1 : 0;
    }
  });
  const auto report = BulkLoad(&store(), messages);
  loaded = true;
  poster.join();
  ASSERT_OK(report);
  EXPECT_EQ(report->posted + posted, messages.size());
  EXPECT_EQ(Dump(store()).size(), messages.size());
}

TEST_P(BulkConcurrencyTest, EverythingElseGoesOnBesideIt) {
  const OwnedMessages messages = DistinctMessages(4000, 5, 200);
  std::atomic<bool> loaded{false};
  std::vector<std::uint64_t> posts(3);
  std::vector<std::thread> others;
  for (std::size_t writer = 0; writer < posts.size(); ++writer) {
    others.emplace_back([&, writer] {
      const std::string channel = "channel-" + std::to_string(writer);
      while (!loaded) {
        const auto id = store().Post({.channel = channel, .content = "v1", .nonce = std::to_string(posts[writer])});
        ASSERT_OK(id);
        ++posts[writer];
        ASSERT_OK(store().Edit(channel, *id, {.content = "v2"}));
        ASSERT_OK(store().Put(channel, "last", std::to_string(posts[writer])));
        const Page page = History(channel, {.limit = 1});
        ASSERT_EQ(page.size(), 1U);
        EXPECT_GE(page[0].id(), *id);
      }
    });
  }
  const auto report = BulkLoad(&store(), messages);
  loaded = true;
  for (std::thread& other : others) other.join();
  ASSERT_OK(report);
  std::uint64_t expected = messages.size();
  for (std::size_t writer = 0; writer < posts.size(); ++writer) {
    expected += posts[writer];
    EXPECT_EQ(store().GetRecord("channel-" + std::to_string(writer), "last")->value().value,
              std::to_string(posts[writer]));
  }
  EXPECT_EQ(Dump(store()).size(), expected);
}

class BulkFarMoveTest : public StoreTest {};

TEST_F(BulkFarMoveTest, AMadeIdThatMovesFarIsLookedAtWhereItLands) {
  constexpr std::uint64_t kTaken = 65'600;  // more than a load watches above its ids
  const MessageId first{Post("c", "probe").value + 1};
  const MessageId landing{first.value + kTaken};
  const auto post = [&] { ASSERT_OK(store().Post({.channel = "c", .content = "acknowledged", .id = landing})); };
  ASSERT_OK_AND_ASSIGN(auto loader, store().BulkLoader(WhenWritten(post)));
  ASSERT_OK(loader.Add({.channel = "c", .content = "loaded"}));
  std::vector<NewMessage> others;
  for (std::uint64_t i = 0; i < kTaken; ++i) others.push_back({.channel = "c", .id = MessageId{first.value + i}});
  ASSERT_OK(store().PostBatch(others));
  ASSERT_OK_AND_ASSIGN(const BulkReport report, loader.Finish());
  EXPECT_EQ(report.posted, 1U);
  EXPECT_EQ(Get("c", landing)->content(), "acknowledged");
  EXPECT_EQ(Get("c", MessageId{landing.value + 1})->content(), "loaded");
}

}  // namespace
}  // namespace rookery::testing
