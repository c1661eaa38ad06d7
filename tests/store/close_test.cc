#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

class CloseTest : public StoreKindTest {};
INSTANTIATE_TEST_SUITE_P(Kinds, CloseTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(CloseTest, EveryCallAnswersClosedAfterwards) {
  const MessageId id = Post("c", "x");
  Close();
  EXPECT_CODE(store().Post({.channel = "c"}), StatusCode::kClosed);
  EXPECT_CODE(store().PostBatch({}), StatusCode::kClosed);
  EXPECT_CODE(store().Get("c", id), StatusCode::kClosed);
  EXPECT_CODE(store().GetMany({}), StatusCode::kClosed);
  EXPECT_CODE(store().History("c"), StatusCode::kClosed);
  EXPECT_CODE(store().Edit("c", id, {.content = "y"}), StatusCode::kClosed);
  EXPECT_CODE(store().Delete("c", id), StatusCode::kClosed);
  EXPECT_CODE(store().Put("c", "k", "v"), StatusCode::kClosed);
  EXPECT_CODE(store().GetRecord("c", "k"), StatusCode::kClosed);
  EXPECT_CODE(store().DeleteRecord("c", "k"), StatusCode::kClosed);
  EXPECT_CODE(store().ListRecords("c"), StatusCode::kClosed);
  EXPECT_CODE(store().Channels(), StatusCode::kClosed);
  EXPECT_CODE(store().TakeSnapshot(), StatusCode::kClosed);
  EXPECT_CODE(store().Explain("c"), StatusCode::kClosed);
  EXPECT_CODE(store().Stats(), StatusCode::kClosed);
  EXPECT_CODE(store().Info(), StatusCode::kClosed);
  EXPECT_CODE(store().Verify(), StatusCode::kClosed);
  EXPECT_CODE(store().Sync(), StatusCode::kClosed);
  EXPECT_CODE(store().Compact(), StatusCode::kClosed);
}

TEST_P(CloseTest, ClosingTwiceIsFine) {
  Close();
  EXPECT_OK(store().Close());
}

TEST_P(CloseTest, AMovedFromStoreIsClosed) {
  Store other = std::move(store());
  EXPECT_CODE(store().History("c"), StatusCode::kClosed);  // NOLINT(bugprone-use-after-move): what is tested
  EXPECT_OK(other.History("c"));
  EXPECT_OK(other.Close());
}

TEST_P(CloseTest, WhatWasPostedIsThereAfterReopening) {
  if (!durable()) GTEST_SKIP() << "the memory engine forgets when it is closed";
  const MessageId id = Post("c", "x");
  ASSERT_OK(store().Put("c", "k", "v"));
  Reopen();
  EXPECT_EQ(Get("c", id)->content(), "x");
  ASSERT_OK_AND_ASSIGN(const auto record, store().GetRecord("c", "k"));
  EXPECT_EQ(record->value, "v");
}

}  // namespace
}  // namespace rookery::testing
