// What ids and times say when ids run ahead of the clock: a message's time is the clock's, and closing lets ids go back
// to it.

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "tests/store/engine_fixture.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class IdTimesTest : public EngineStoreTest {
 protected:
  milliseconds LeadOf(MessageId id) const { return id.time(options_.ids.epoch) - clock_->Now(); }
};

TEST_F(IdTimesTest, AMessageHasTheClocksTimeWhenItsIdRunsAhead) {
  ASSERT_OK(Post({.channel = "c"}));
  clock_->Advance(-seconds{30});
  ASSERT_OK_AND_ASSIGN(const MessageId plain, Post({.channel = "c"}));
  ASSERT_OK_AND_ASSIGN(const MessageId named, Post({.channel = "c", .nonce = "n"}));
  EXPECT_EQ(LeadOf(plain), seconds{30});
  EXPECT_EQ(Get("c", plain)->created_at(), clock_->Now());
  EXPECT_EQ(Get("c", named)->created_at(), clock_->Now());
}

TEST_F(IdTimesTest, ABurstHasTheClocksTimeThroughout) {
  const std::vector<NewMessage> burst(10'000, {.channel = "c"});
  ASSERT_OK_AND_ASSIGN(const std::vector<Posted> posted, store_->posts().PostBatch(burst, {}));
  EXPECT_EQ(LeadOf(posted.back().id), milliseconds{2});
  for (const Posted& each : posted) ASSERT_EQ(Get("c", each.id)->created_at(), clock_->Now());
}

TEST_F(IdTimesTest, ASuppliedIdTellsTheTimeUnlessOneIsGiven) {
  const Timestamp then = clock_->Now() - std::chrono::hours{1};
  ASSERT_OK(Post({.channel = "c", .id = IdAt(then)}));
  EXPECT_EQ(Get("c", IdAt(then))->created_at(), then);
  const Timestamp given = then - seconds{7};
  ASSERT_OK_AND_ASSIGN(const MessageId id, Post({.channel = "c", .created_at = given}));
  EXPECT_EQ(Get("c", id)->created_at(), given);
}

TEST_F(IdTimesTest, ReopeningAtOnceDoesNotRunAhead) {
  for (int i = 0; i < 200; ++i) {
    ASSERT_OK_AND_ASSIGN(const MessageId id, Post({.channel = "c"}));
    ASSERT_LE(LeadOf(id), milliseconds{1});
    clock_->Advance(milliseconds{1});
    CloseAndReopen();
  }
}

TEST_F(IdTimesTest, ClosingWithoutAPostKeepsWhatTheLastCrashLeft) {
  ASSERT_OK_AND_ASSIGN(const MessageId before, Post({.channel = "c"}));
  CrashAndReopen();
  CloseAndReopen();
  clock_->Advance(-seconds{10});
  ASSERT_OK_AND_ASSIGN(const MessageId after, Post({.channel = "c"}));
  EXPECT_GT(after, before);
}

TEST_F(IdTimesTest, AStoreThatCannotWriteKeepsItsHorizonWhenClosed) {
  ASSERT_OK_AND_ASSIGN(const MessageId before, Post({.channel = "c"}));
  const auto horizon = CatalogRow("\x03");
  engine_->FailWrites({StatusCode::kNoSpace, "full"});
  EXPECT_CODE(Post({.channel = "c"}), StatusCode::kNoSpace);
  engine_->FailWrites({});
  CloseAndReopen();
  EXPECT_EQ(CatalogRow("\x03"), horizon);
  ASSERT_OK_AND_ASSIGN(const MessageId after, Post({.channel = "c"}));
  EXPECT_GT(after, before);
}

class DurableIdTimesTest : public DiskStoreTest {};

TEST_F(DurableIdTimesTest, AClosedStoreGoesOnAtTheClockAndAboveItsIds) {
  MessageId last;
  for (int i = 0; i < 20; ++i) {
    const MessageId id = Post("c", "x");
    EXPECT_GT(id, last);
    last = id;
    Reopen();
  }
  EXPECT_LE(last.time(options_.ids.epoch) - clock().Now(), milliseconds{20});
}

}  // namespace
}  // namespace rookery::testing
