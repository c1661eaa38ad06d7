#include <gmock/gmock.h>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

constexpr Version kLastVersion{Version::kMax};

class EditDeleteTest : public StoreKindTest {};
INSTANTIATE_TEST_SUITE_P(Kinds, EditDeleteTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(EditDeleteTest, EditChangesWhatIsGivenAndKeepsTheRest) {
  ASSERT_OK_AND_ASSIGN(const MessageId id, store().Post({.channel = "c",
                                                         .author = "ada",
                                                         .content = "helo",
                                                         .reply_to = MessageId{9},
                                                         .nonce = "n",
                                                         .attributes = {{"k", "v"}},
                                                         .flags = kFlagPinned}));
  clock().Advance(std::chrono::minutes{5});
  ASSERT_OK_AND_ASSIGN(const Version version, store().Edit("c", id, {.content = "hello"}));
  EXPECT_EQ(version, Version{2});
  const auto message = Get("c", id);
  EXPECT_EQ(message->content(), "hello");
  EXPECT_EQ(message->author(), "ada");
  EXPECT_EQ(message->reply_to(), MessageId{9});
  EXPECT_EQ(message->nonce(), "n");
  EXPECT_TRUE(message->nonce_remembered());
  EXPECT_EQ(message->attribute("k"), "v");
  EXPECT_EQ(message->flags(), kFlagPinned);
  EXPECT_EQ(message->version(), Version{2});
  EXPECT_EQ(message->edited_at(), clock().Now());
}

TEST_P(EditDeleteTest, EditReplacesAttributesAndFlags) {
  const MessageId id = Post("c", "x");
  ASSERT_OK(store().Edit("c", id, {.attributes = {{{"z", "1"}, {"a", "2"}}}, .flags = kFlagBot}));
  const auto message = Get("c", id);
  EXPECT_THAT(message->attributes(), ::testing::ElementsAre(Attribute{"a", "2"}, Attribute{"z", "1"}));
  EXPECT_EQ(message->flags(), kFlagBot);
  EXPECT_EQ(message->content(), "x");
}

TEST_P(EditDeleteTest, EditWithTheWrongVersionIsAConflictThatTellsTheRightOne) {
  const MessageId id = Post("c", "x");
  ASSERT_OK(store().Edit("c", id, {.content = "y", .expected_version = 1}));
  const auto conflict = store().Edit("c", id, {.content = "z", .expected_version = 1});
  EXPECT_CODE(conflict, StatusCode::kConflict);
  EXPECT_EQ(conflict.error().current_version(), 2U);
  EXPECT_EQ(Get("c", id)->content(), "y");
}

TEST_P(EditDeleteTest, EditOfNothingIsNotFound) {
  EXPECT_CODE(store().Edit("c", MessageId{5}, {.content = "x"}), StatusCode::kNotFound);
  Post("c", "x");
  EXPECT_CODE(store().Edit("c", MessageId{5}, {.content = "x"}), StatusCode::kNotFound);
}

TEST_P(EditDeleteTest, EditThatChangesNothingIsRefused) {
  const MessageId id = Post("c", "x");
  EXPECT_CODE(store().Edit("c", id, {}), StatusCode::kInvalidArgument);
}

TEST_P(EditDeleteTest, DeleteTellsWhetherThereWasAMessage) {
  const MessageId id = Post("c", "x");
  ASSERT_OK_AND_ASSIGN(const bool first, store().Delete("c", id));
  ASSERT_OK_AND_ASSIGN(const bool second, store().Delete("c", id));
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
  EXPECT_FALSE(Get("c", id));
  EXPECT_TRUE(History("c").empty());
}

TEST_P(EditDeleteTest, DeleteChecksTheExpectedVersion) {
  const MessageId id = Post("c", "x");
  EXPECT_CODE(store().Delete("c", id, {.expected_version = 2}), StatusCode::kConflict);
  ASSERT_OK(store().Delete("c", id, {.expected_version = 1}));
  const auto gone = store().Delete("c", id, {.expected_version = 1});
  EXPECT_CODE(gone, StatusCode::kConflict);
  EXPECT_EQ(gone.error().current_version(), 0U);
}

TEST_P(EditDeleteTest, TheLastVersionIsNotEditedButDeleted) {
  ASSERT_OK_AND_ASSIGN(const MessageId id, store().Post({.channel = "c", .content = "x", .version = kLastVersion}));
  EXPECT_CODE(store().Edit("c", id, {.content = "y"}), StatusCode::kInvalidArgument);
  EXPECT_EQ(Get("c", id)->content(), "x");
  ASSERT_OK_AND_ASSIGN(const bool deleted, store().Delete("c", id, {.expected_version = kLastVersion}));
  EXPECT_TRUE(deleted);
}

}  // namespace
}  // namespace rookery::testing
