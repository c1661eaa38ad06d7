#include <gmock/gmock.h>

#include <set>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

class IdsTest : public StoreTest {
 protected:
  MessageId IdAt(Timestamp time) const {
    const auto ms = (time - options_.ids.epoch).count();
    return MessageId{static_cast<std::uint64_t>(ms) << MessageId::kTimeShift};
  }
  Result<std::vector<Posted>> Supply(MessageId id, std::string_view nonce, IdCollision collision) {
    const NewMessage message = {.channel = "c", .content = nonce, .nonce = nonce, .id = id, .remember_nonce = false};
    return store().PostBatch({&message, 1}, {.id_collision = collision});
  }
};

TEST_F(IdsTest, SuppliedIdsAreKept) {
  ASSERT_OK_AND_ASSIGN(const MessageId id, store().Post({.channel = "c", .content = "old", .id = MessageId{42}}));
  EXPECT_EQ(id, MessageId{42});
  EXPECT_EQ(Get("c", MessageId{42})->content(), "old");
}

TEST_F(IdsTest, SameIdAndNonceIsTheSameMessage) {
  ASSERT_OK(Supply(MessageId{42}, "n", IdCollision::kFail));
  ASSERT_OK_AND_ASSIGN(const auto again, Supply(MessageId{42}, "n", IdCollision::kFail));
  EXPECT_TRUE(again[0].existed);
  EXPECT_EQ(History("c").size(), 1U);
}

TEST_F(IdsTest, SameIdWithAnotherNonceIsRefusedOrMovesOn) {
  ASSERT_OK(Supply(MessageId{42}, "n", IdCollision::kFail));
  EXPECT_CODE(Supply(MessageId{42}, "other", IdCollision::kFail), StatusCode::kAlreadyExists);
  ASSERT_OK_AND_ASSIGN(const auto moved, Supply(MessageId{42}, "other", IdCollision::kNextFreeId));
  EXPECT_EQ(moved[0].id, MessageId{43});
  ASSERT_OK_AND_ASSIGN(const auto again, Supply(MessageId{42}, "other", IdCollision::kNextFreeId));
  EXPECT_TRUE(again[0].existed);
  EXPECT_EQ(again[0].id, MessageId{43});
}

TEST_F(IdsTest, CollisionsWithinABatchMoveOn) {
  std::vector<NewMessage> batch;
  for (const char* nonce : {"a", "b", "c", "a"}) {
    batch.push_back({.channel = "c", .nonce = nonce, .id = MessageId{7}, .remember_nonce = false});
  }
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch(batch, {.id_collision = IdCollision::kNextFreeId}));
  EXPECT_EQ(posted[0].id, MessageId{7});
  EXPECT_EQ(posted[1].id, MessageId{8});
  EXPECT_EQ(posted[2].id, MessageId{9});
  EXPECT_EQ(posted[3].id, MessageId{7});
  EXPECT_TRUE(posted[3].existed);
}

TEST_F(IdsTest, IdsFromTheFutureAreNotMadeAgain) {
  // Occupies the next ids that the store would make in this channel.
  std::vector<NewMessage> future;
  for (std::uint64_t sequence = 0; sequence < 100; ++sequence) {
    future.push_back({.channel = "c", .content = "future", .id = MessageId{IdAt(clock().Now()).value + sequence}});
  }
  ASSERT_OK(store().PostBatch(future));
  for (int i = 0; i < 200; ++i) Post("c", "now");
  EXPECT_EQ(History("c", {.limit = 1000}).size(), 300U);
}

TEST_F(IdsTest, SuppliedAndMadeIdsDoNotMeetInOneBatch) {
  const MessageId next = IdAt(clock().Now());
  std::vector<NewMessage> batch;
  for (std::uint64_t sequence = 0; sequence < 10; ++sequence) {
    batch.push_back({.channel = "c", .content = "made"});
    batch.push_back({.channel = "c", .content = "supplied", .id = MessageId{next.value + sequence}});
  }
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch(batch));
  std::set<MessageId> ids;
  for (const Posted& each : posted) ids.insert(each.id);
  EXPECT_EQ(ids.size(), batch.size());
}

TEST_F(IdsTest, ClockBehindTheLastIdIsBridgedThenRefused) {
  const MessageId before = Post("c", "1");
  clock().Advance(-std::chrono::seconds{30});
  EXPECT_GT(Post("c", "2"), before);
  clock().Advance(-std::chrono::hours{1});
  const auto refused = store().Post({.channel = "c", .content = "3"});
  EXPECT_CODE(refused, StatusCode::kBusy);
  EXPECT_TRUE(refused.error().retry_after().has_value());
  ASSERT_OK_AND_ASSIGN(const StoreStats stats, store().Stats());
  EXPECT_GE(stats.ids.clock_steps_back, 1U);
  EXPECT_EQ(stats.ids.refused, 1U);
}

class DurableIdsTest : public DiskStoreTest {};

TEST_F(DurableIdsTest, IdsGrowAcrossReopenWhenTheClockStepsBack) {
  MessageId last;
  for (int i = 0; i < 100; ++i) last = Post("c", "x");
  clock().Advance(-std::chrono::seconds{20});
  Reopen();
  EXPECT_GT(Post("c", "y"), last);
}

}  // namespace
}  // namespace rookery::testing
