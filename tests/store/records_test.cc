#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;

class RecordsTest : public StoreKindTest {
 protected:
  std::vector<std::string> Keys(const RecordQuery& query = {}) {
    auto page = store().ListRecords("user/42", query);
    EXPECT_OK(page.status());
    std::vector<std::string> keys;
    for (const Record& record : page->records) keys.push_back(record.key);
    return keys;
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, RecordsTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(RecordsTest, PutThenGet) {
  ASSERT_OK_AND_ASSIGN(const Version version, store().Put("user/42", "last_read", std::string_view("\0\xff", 2)));
  EXPECT_EQ(version, Version{1});
  ASSERT_OK_AND_ASSIGN(const auto record, store().GetRecord("user/42", "last_read"));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->value, std::string_view("\0\xff", 2));
  EXPECT_EQ(record->version, Version{1});
  EXPECT_EQ(record->updated_at, clock().Now());
}

TEST_P(RecordsTest, EveryPutAddsOneVersion) {
  ASSERT_OK(store().Put("user/42", "k", "1"));
  ASSERT_OK_AND_ASSIGN(const Version second, store().Put("user/42", "k", "2"));
  EXPECT_EQ(second, Version{2});
}

TEST_P(RecordsTest, ExpectedVersionGuardsPutAndDelete) {
  ASSERT_OK(store().Put("user/42", "k", "1", {.expected_version = 0}));
  EXPECT_CODE(store().Put("user/42", "k", "2", {.expected_version = 0}), StatusCode::kConflict);
  ASSERT_OK(store().Put("user/42", "k", "2", {.expected_version = 1}));
  EXPECT_CODE(store().DeleteRecord("user/42", "k", {.expected_version = 1}), StatusCode::kConflict);
  ASSERT_OK_AND_ASSIGN(const bool deleted, store().DeleteRecord("user/42", "k", {.expected_version = 2}));
  EXPECT_TRUE(deleted);
  ASSERT_OK_AND_ASSIGN(const bool again, store().DeleteRecord("user/42", "k"));
  EXPECT_FALSE(again);
}

TEST_P(RecordsTest, ListsInOrderByPrefixAndPage) {
  for (const char* key : {"b/2", "a", "b/1", "b/3", "c", "b0"}) ASSERT_OK(store().Put("user/42", key, key));
  ASSERT_OK(store().Put("user/43", "b/9", ""));
  EXPECT_THAT(Keys(), ElementsAre("a", "b/1", "b/2", "b/3", "b0", "c"));
  EXPECT_THAT(Keys({.prefix = "b/"}), ElementsAre("b/1", "b/2", "b/3"));
  EXPECT_THAT(Keys({.prefix = "b/", .after = "b/1", .limit = 1}), ElementsAre("b/2"));
  EXPECT_THAT(Keys({.after = "b0"}), ElementsAre("c"));
  ASSERT_OK_AND_ASSIGN(const RecordPage page, store().ListRecords("user/42", {.limit = 2}));
  EXPECT_TRUE(page.has_more);
}

TEST_P(RecordsTest, RecordsAndMessagesOfAChannelDoNotMix) {
  Post("user/42", "a message");
  ASSERT_OK(store().Put("user/42", "k", "a record"));
  EXPECT_EQ(History("user/42").size(), 1U);
  EXPECT_THAT(Keys(), ElementsAre("k"));
}

TEST_P(RecordsTest, ImportersMayKeepVersionAndTime) {
  const Timestamp time = clock().Now() - std::chrono::hours{5};
  ASSERT_OK(store().Put("user/42", "k", "v", {.version = 7, .updated_at = time}));
  ASSERT_OK_AND_ASSIGN(const auto record, store().GetRecord("user/42", "k"));
  EXPECT_EQ(record->version, Version{7});
  EXPECT_EQ(record->updated_at, time);
}

TEST_P(RecordsTest, BadRecordsAreNamed) {
  EXPECT_CODE(store().Put("user/42", "", "v"), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().Put("user/42", std::string(1025, 'k'), "v"), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().Put("user/42", "k", std::string((1 << 20) + 1, 'v')), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().Put("user/42", "k", "v", {.version = 0}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().GetRecord("", "k"), StatusCode::kInvalidArgument);
}

TEST_P(RecordsTest, TheLastVersionIsFollowedByNone) {
  constexpr Version last{Version::kMax};
  EXPECT_CODE(store().Put("user/42", "k", "v", {.version = last.value + 1}), StatusCode::kInvalidArgument);
  ASSERT_OK(store().Put("user/42", "k", "v", {.version = last}));
  EXPECT_CODE(store().Put("user/42", "k", "w"), StatusCode::kInvalidArgument);
  ASSERT_OK_AND_ASSIGN(const auto record, store().GetRecord("user/42", "k"));
  EXPECT_EQ(record->value, "v");
  ASSERT_OK_AND_ASSIGN(const bool deleted, store().DeleteRecord("user/42", "k"));
  EXPECT_TRUE(deleted);
}

}  // namespace
}  // namespace rookery::testing
