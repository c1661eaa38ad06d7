// When two messages with one id and without a nonce are the same: who wrote what and when decides, unless one was
// edited.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

constexpr MessageId kId{7};

class SameMessageTest : public StoreKindTest {
 protected:
  /// Posts after `first` is stored, and says whether it was taken for it. The two are in one batch, then in two.
  void ExpectSame(const NewMessage& first, const NewMessage& second) { Expect(first, second, StatusCode::kOk); }
  void ExpectDifferent(const NewMessage& first, const NewMessage& second) {
    Expect(first, second, StatusCode::kAlreadyExists);
  }

 private:
  void Expect(NewMessage first, NewMessage second, StatusCode code) {
    const std::string channel = "c" + std::to_string(++channels_);
    first.channel = second.channel = channel;
    first.id = second.id = kId;
    const std::vector<NewMessage> both = {first, second};
    EXPECT_CODE(store().PostBatch(both), code);
    ASSERT_OK(store().Post(first));
    EXPECT_CODE(store().Post(second), code);
    const auto next = store().PostBatch({&second, 1}, {.id_collision = IdCollision::kNextFreeId});
    ASSERT_OK(next);
    EXPECT_EQ(next->front().existed, code == StatusCode::kOk);
    EXPECT_EQ(Get(channel, kId)->content(), first.content);
  }

  int channels_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Kinds, SameMessageTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(SameMessageTest, TheSamePostAgainIsTheSame) {
  const NewMessage message{.channel = {}, .author = "ada", .content = "hello"};
  ExpectSame(message, message);
}

TEST_P(SameMessageTest, AnotherContentIsAnotherMessage) {
  ExpectDifferent({.channel = {}, .content = "one"}, {.channel = {}, .content = "two"});
}

TEST_P(SameMessageTest, AnotherAuthorIsAnotherMessage) {
  ExpectDifferent({.channel = {}, .author = "ada"}, {.channel = {}, .author = "bob"});
}

TEST_P(SameMessageTest, AnotherTimeIsAnotherMessageWhereOneIsGiven) {
  const Timestamp time = clock().Now();
  ExpectDifferent({.channel = {}, .created_at = time}, {.channel = {}, .created_at = time + std::chrono::hours{1}});
  ExpectSame({.channel = {}, .created_at = time}, {.channel = {}});
  ExpectDifferent({.channel = {}}, {.channel = {}, .created_at = time});
  ExpectSame({.channel = {}}, {.channel = {}, .created_at = kId.time(options_.ids.epoch)});
}

TEST_P(SameMessageTest, NoncesDecideWhereThereAreAny) {
  ExpectSame({.channel = {}, .content = "one", .nonce = "n", .remember_nonce = false},
             {.channel = {}, .content = "two", .nonce = "n", .remember_nonce = false});
  ExpectDifferent({.channel = {}, .nonce = "n", .remember_nonce = false}, {.channel = {}});
}

TEST_P(SameMessageTest, AnEditedMessageIsKnownByAuthorAndTime) {
  ExpectSame({.channel = {}, .author = "ada", .content = "new", .version = 2},
             {.channel = {}, .author = "ada", .content = "old"});
  ExpectSame({.channel = {}, .author = "ada", .content = "old"},
             {.channel = {}, .author = "ada", .content = "new", .version = 2});
  ExpectDifferent({.channel = {}, .author = "ada", .content = "new", .version = 2},
                  {.channel = {}, .author = "bob", .content = "old"});
}

TEST_P(SameMessageTest, WhatWasEditedInTheStoreStaysEditedWhenItIsImportedAgain) {
  const NewMessage message{.channel = "c", .author = "ada", .content = "helo", .id = kId};
  ASSERT_OK(store().Post(message));
  ASSERT_OK(store().Edit("c", kId, {.content = "hello"}));
  for (const IdCollision collision : {IdCollision::kFail, IdCollision::kNextFreeId}) {
    ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch({&message, 1}, {.id_collision = collision}));
    EXPECT_TRUE(posted.front().existed);
    EXPECT_EQ(posted.front().id, kId);
  }
  EXPECT_EQ(Contents(History("c")), std::vector<std::string>{"hello"});
}

TEST_P(SameMessageTest, ABatchOfDifferentMessagesWithOneIdStoresNone) {
  const std::vector<NewMessage> batch = {{.channel = "c", .content = "one", .id = kId},
                                         {.channel = "c", .content = "two", .id = kId}};
  EXPECT_CODE(store().PostBatch(batch), StatusCode::kAlreadyExists);
  EXPECT_TRUE(History("c").empty());
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch(batch, {.id_collision = IdCollision::kNextFreeId}));
  EXPECT_EQ(posted[1].id, MessageId{kId.value + 1});
  ASSERT_OK_AND_ASSIGN(const auto again, store().PostBatch(batch, {.id_collision = IdCollision::kNextFreeId}));
  EXPECT_TRUE(again[0].existed && again[1].existed);
}

}  // namespace
}  // namespace rookery::testing
