// Ids that callers bring from the future: whatever batch is refused and whenever the process dies, the store never
// makes an id that an acknowledged message has.

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "codec/catalog_format.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::seconds;

class SuppliedIdsTest : public EngineStoreTest {
 protected:
  void SetUp() override { Create(HashRouting{.shards = 2}); }
  MessageId HighestStored() const {
    const auto row = CatalogRow(codec::kHighestSuppliedIdKey);
    return MessageId{row ? codec::DecodeU64(*row).value_or(0) : 0};
  }
};

TEST_F(SuppliedIdsTest, AnIdOfARefusedBatchIsRememberedWhenItIsPostedAgain) {
  ASSERT_OK(Post({.channel = "c", .content = "first"}));
  const MessageId future = IdAt(clock_->Now() + seconds{5});
  const NewMessage supplied{.channel = "c", .content = "kept", .nonce = "n", .id = future};
  clock_->Advance(-seconds{100});
  const std::vector<NewMessage> batch = {supplied, {.channel = "c", .content = "made"}};
  EXPECT_CODE(store_->posts().PostBatch(batch, {}), StatusCode::kBusy);
  clock_->Advance(seconds{100});
  ASSERT_OK(Post(supplied));
  CrashAndReopen();
  clock_->Advance(seconds{5});
  for (int i = 0; i < 3; ++i) ASSERT_OK(Post({.channel = "c", .content = "new"}));
  EXPECT_EQ(Get("c", future)->content(), "kept");
}

TEST_F(SuppliedIdsTest, AnIdIsStoredAsSuppliedWhileAHigherOneIsStillBeingWritten) {
  const MessageId lower = IdAt(clock_->Now() + seconds{5});
  const MessageId higher = IdAt(clock_->Now() + seconds{50});
  // The message without an id makes the batch look whether its own is free: in the midst, another post is acknowledged.
  const std::vector<NewMessage> batch = {{.channel = "a", .id = higher}, {.channel = "a"}};
  MessageId stored_when_acknowledged;
  engine_->BeforeNextGet([&] {
    EXPECT_OK(Post({.channel = "b", .content = "acknowledged", .id = lower}));
    stored_when_acknowledged = HighestStored();
  });
  ASSERT_OK(store_->posts().PostBatch(batch, {}));
  EXPECT_EQ(stored_when_acknowledged, lower);
  EXPECT_EQ(HighestStored(), higher);
}

TEST_F(SuppliedIdsTest, ALowerIdDoesNotLowerWhatIsStored) {
  const MessageId higher = IdAt(clock_->Now() + seconds{50});
  ASSERT_OK(Post({.channel = "a", .id = higher}));
  ASSERT_OK(Post({.channel = "b", .id = IdAt(clock_->Now())}));
  CrashAndReopen();
  ASSERT_OK(Post({.channel = "b", .id = IdAt(clock_->Now() + seconds{1})}));
  EXPECT_EQ(HighestStored(), higher);
}

TEST_F(SuppliedIdsTest, AFailedWriteDoesNotCountAsStored) {
  const MessageId future = IdAt(clock_->Now() + seconds{5});
  engine_->FailWrites({StatusCode::kNoSpace, "full"});
  EXPECT_CODE(Post({.channel = "c", .id = future}), StatusCode::kNoSpace);
  CrashAndReopen();
  EXPECT_EQ(HighestStored(), MessageId{});
  ASSERT_OK(Post({.channel = "c", .id = future}));
  EXPECT_EQ(HighestStored(), future);
}

}  // namespace
}  // namespace rookery::testing
