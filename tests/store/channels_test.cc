#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ChannelsTest : public StoreKindTest {
 protected:
  std::vector<std::string> List(const ChannelQuery& query = {}) {
    auto page = store().Channels(query);
    EXPECT_OK(page.status());
    return page ? page->channels : std::vector<std::string>{};
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, ChannelsTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(ChannelsTest, EmptyStoreHasNone) { EXPECT_THAT(List(), IsEmpty()); }

TEST_P(ChannelsTest, ListsChannelsWithMessagesOrRecordsOnceInOrder) {
  for (const char* name : {"zebra", "guild/1/a", "dm/1-2", "guild/1/b"}) Post(name, "x");
  Post("guild/1/a", "again");
  ASSERT_OK(store().Put("only-records", "k", "v"));
  ASSERT_OK(store().Put("zebra", "k", "v"));
  EXPECT_THAT(List(), ElementsAre("dm/1-2", "guild/1/a", "guild/1/b", "only-records", "zebra"));
}

TEST_P(ChannelsTest, FiltersByPrefixAndPages) {
  for (int i = 0; i < 10; ++i) Post("guild/" + std::to_string(i), "x");
  Post("guilc", "x");
  Post("guild", "x");
  Post("guild0", "x");
  EXPECT_EQ(List({.prefix = "guild/"}).size(), 10U);
  EXPECT_THAT(List({.prefix = "guild/", .after = "guild/7"}), ElementsAre("guild/8", "guild/9"));
  ASSERT_OK_AND_ASSIGN(const ChannelPage page, store().Channels({.prefix = "guild/", .limit = 4}));
  EXPECT_TRUE(page.has_more);
  EXPECT_THAT(page.channels, ElementsAre("guild/0", "guild/1", "guild/2", "guild/3"));
}

TEST_P(ChannelsTest, NamesWithZerosAndHighBytesKeepTheirOrder) {
  const std::vector<std::string> names = {std::string(1, '\0'),
                                          std::string("a"),
                                          std::string("a\0", 2),
                                          std::string("a\0\xff", 3),
                                          std::string("a\x01"),
                                          "\xff",
                                          "\xff\xff"};
  for (const std::string& name : names) Post(name, "x");
  EXPECT_EQ(List(), names);
  EXPECT_THAT(List({.prefix = std::string_view("a\0", 2)}), ElementsAre(names[2], names[3]));
}

TEST_P(ChannelsTest, AChannelWhoseLastMessageIsDeletedIsGone) {
  const MessageId id = Post("c", "x");
  ASSERT_OK(store().Delete("c", id));
  EXPECT_THAT(List(), IsEmpty());
}

}  // namespace
}  // namespace rookery::testing
