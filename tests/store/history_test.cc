#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HistoryTest : public StoreKindTest {
 protected:
  void SetUp() override {
    StoreKindTest::SetUp();
    // Neighbours on both sides in key order: a page must not reach into them.
    Post("generak", "before");
    Post("generam", "after");
    Post(std::string("general\0", 8), "longer");
    for (int i = 0; i < 10; ++i) ids_.push_back(Post("general", std::to_string(i)));
  }
  std::vector<std::string> Ask(const HistoryQuery& query) { return Contents(History("general", query)); }

  std::vector<MessageId> ids_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, HistoryTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(HistoryTest, LatestComesFirst) { EXPECT_THAT(Ask({.limit = 3}), ElementsAre("9", "8", "7")); }

TEST_P(HistoryTest, BeforePagesBackwards) {
  EXPECT_THAT(Ask({.before = ids_[5], .limit = 3}), ElementsAre("4", "3", "2"));
  EXPECT_THAT(Ask({.before = ids_[0]}), IsEmpty());
}

TEST_P(HistoryTest, AfterOldestFirstCatchesUp) {
  EXPECT_THAT(Ask({.after = ids_[5], .limit = 2, .order = Order::kOldestFirst}), ElementsAre("6", "7"));
  EXPECT_THAT(Ask({.after = ids_[9], .order = Order::kOldestFirst}), IsEmpty());
}

TEST_P(HistoryTest, AfterNewestFirstTakesTheNewestOfTheRange) {
  EXPECT_THAT(Ask({.after = ids_[5], .limit = 2}), ElementsAre("9", "8"));
}

TEST_P(HistoryTest, BeforeAndAfterMakeARange) {
  EXPECT_THAT(Ask({.before = ids_[6], .after = ids_[3]}), ElementsAre("5", "4"));
  EXPECT_THAT(Ask({.before = ids_[6], .after = ids_[3], .order = Order::kOldestFirst}), ElementsAre("4", "5"));
  EXPECT_THAT(Ask({.before = ids_[3], .after = ids_[3]}), IsEmpty());
  EXPECT_THAT(Ask({.before = ids_[3], .after = ids_[6]}), IsEmpty());
}

TEST_P(HistoryTest, OldestFirstBeginsAtTheBeginning) {
  EXPECT_THAT(Ask({.limit = 2, .order = Order::kOldestFirst}), ElementsAre("0", "1"));
}

TEST_P(HistoryTest, AroundCentresOnTheMessage) {
  EXPECT_THAT(Ask({.around = ids_[5], .limit = 5}), ElementsAre("7", "6", "5", "4", "3"));
  EXPECT_THAT(Ask({.around = ids_[5], .limit = 4, .order = Order::kOldestFirst}), ElementsAre("3", "4", "5", "6"));
  EXPECT_THAT(Ask({.around = ids_[5], .limit = 1}), ElementsAre("5"));
  EXPECT_THAT(Ask({.around = ids_[9], .limit = 5}), ElementsAre("9", "8", "7"));
  EXPECT_THAT(Ask({.around = ids_[0], .limit = 5}), ElementsAre("2", "1", "0"));
}

TEST_P(HistoryTest, AroundNeedNotExist) {
  ASSERT_OK(store().Delete("general", ids_[5]));
  EXPECT_THAT(Ask({.around = ids_[5], .limit = 5}), ElementsAre("7", "6", "4", "3"));
  EXPECT_THAT(Ask({.around = MessageId{1}, .limit = 5}), ElementsAre("1", "0"));
  EXPECT_THAT(Ask({.around = MessageId{MessageId::kMax}, .limit = 5}), ElementsAre("9", "8"));
}

TEST_P(HistoryTest, HasMoreTellsWhetherTheRangeGoesOn) {
  EXPECT_TRUE(History("general", {.limit = 9}).has_more());
  EXPECT_FALSE(History("general", {.limit = 10}).has_more());
  EXPECT_FALSE(History("general", {.limit = 11}).has_more());
  EXPECT_TRUE(History("general", {.limit = 9, .order = Order::kOldestFirst}).has_more());
}

TEST_P(HistoryTest, PagingVisitsEveryMessageOnce) {
  std::vector<std::string> seen;
  HistoryQuery query = {.limit = 3};
  for (;;) {
    const Page page = History("general", query);
    for (const MessageView& message : page) seen.emplace_back(message.content());
    if (!page.has_more()) break;
    query.before = page.back().id();
  }
  EXPECT_THAT(seen, ElementsAre("9", "8", "7", "6", "5", "4", "3", "2", "1", "0"));
}

TEST_P(HistoryTest, UnknownChannelIsEmpty) { EXPECT_TRUE(History("nobody was here").empty()); }

TEST_P(HistoryTest, PageOutlivesTheStore) {
  const Page page = History("general", {.limit = 2});
  Close();
  EXPECT_THAT(Contents(page), ElementsAre("9", "8"));
}

TEST_P(HistoryTest, BadQueriesAreNamed) {
  EXPECT_CODE(store().History("general", {.limit = 0}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().History("general", {.limit = kMaxPageSize + 1}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().History("general", {.before = ids_[0], .around = ids_[0]}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().History(""), StatusCode::kInvalidArgument);
}

TEST_P(HistoryTest, LargePagesKeepTheirOrder) {
  std::vector<NewMessage> batch(3000, NewMessage{.channel = "long", .content = "some words to fill a row with"});
  ASSERT_OK(store().PostBatch(batch));
  const Page page = History("long", {.limit = kMaxPageSize});
  ASSERT_EQ(page.size(), 3000U);
  for (std::size_t i = 1; i < page.size(); ++i) ASSERT_GT(page[i - 1].id(), page[i].id());
}

}  // namespace
}  // namespace rookery::testing
