#include <gmock/gmock.h>

#include <utility>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;

class SnapshotTest : public StoreKindTest {};
INSTANTIATE_TEST_SUITE_P(Kinds, SnapshotTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(SnapshotTest, ReadsRepeatWhateverIsWritten) {
  const MessageId first = Post("c", "1");
  ASSERT_OK(store().Put("c", "k", "1"));
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  Post("c", "2");
  Post("new channel", "x");
  ASSERT_OK(store().Edit("c", first, {.content = "changed"}));
  ASSERT_OK(store().Put("c", "k", "2"));

  ASSERT_OK_AND_ASSIGN(const Page page, snapshot.History("c"));
  EXPECT_THAT(Contents(page), ElementsAre("1"));
  ASSERT_OK_AND_ASSIGN(const auto message, snapshot.Get("c", first));
  EXPECT_EQ(message->content(), "1");
  ASSERT_OK_AND_ASSIGN(const auto record, snapshot.GetRecord("c", "k"));
  EXPECT_EQ(record->value, "1");
  ASSERT_OK_AND_ASSIGN(const ChannelPage channels, snapshot.Channels());
  EXPECT_THAT(channels.channels, ElementsAre("c"));
  EXPECT_EQ(Get("c", first)->content(), "changed");
}

TEST_P(SnapshotTest, AnswersClosedAfterItsStoreIsClosed) {
  Post("c", "1");
  ASSERT_OK_AND_ASSIGN(Snapshot snapshot, store().TakeSnapshot());
  Close();
  EXPECT_CODE(snapshot.History("c"), StatusCode::kClosed);
  store_.reset();
  EXPECT_CODE(snapshot.Get("c", MessageId{1}), StatusCode::kClosed);
}

TEST_P(SnapshotTest, MovesKeepItAlive) {
  Post("c", "1");
  ASSERT_OK_AND_ASSIGN(Snapshot snapshot, store().TakeSnapshot());
  const Snapshot moved = std::move(snapshot);
  Post("c", "2");
  ASSERT_OK_AND_ASSIGN(const Page page, moved.History("c"));
  EXPECT_EQ(page.size(), 1U);
}

}  // namespace
}  // namespace rookery::testing
