// Rows of many channels in the order of their ids: over the ends of passes, by number and by size.
#include "columns/merged_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

using ::testing::ElementsAre;

class MergedReaderTest : public ColumnsTest {
 protected:
  static MessageQuery InOrder(Order order) {
    MessageQuery query = KeyQuery();
    query.order = order;
    return query;
  }
};

TEST_F(MergedReaderTest, ChannelsAreMergedById) {
  Post({.channel = "b", .id = MessageId{1}});
  Post({.channel = "a", .id = MessageId{2}});
  Post({.channel = "b", .id = MessageId{3}});
  Post({.channel = "a", .id = MessageId{3}});
  EXPECT_THAT(Rows(InOrder(Order::kOldestFirst)),
              ElementsAre(RowKey{"b", 1}, RowKey{"a", 2}, RowKey{"a", 3}, RowKey{"b", 3}));
  EXPECT_THAT(Rows(InOrder(Order::kNewestFirst)),
              ElementsAre(RowKey{"a", 3}, RowKey{"b", 3}, RowKey{"a", 2}, RowKey{"b", 1}));
}

TEST_F(MergedReaderTest, IdsAtTheExtremesAreMergedToo) {
  for (const std::uint64_t id : {std::uint64_t{1}, MessageId::kMax}) {
    for (const char* channel : {"a", "b"}) Post({.channel = channel, .id = MessageId{id}});
  }
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) EXPECT_EQ(Rows(InOrder(order)).size(), 4U);
}

/// More rows than a pass keeps, and a pass that ends between rows whose ids are equal: 65,536 is no multiple of 3.
TEST_F(MergedReaderTest, APassEndsBetweenRowsWithTheSameId) {
  constexpr std::uint64_t kRows = 22'000;
  PostMany({"a", "b", "c"}, kRows);
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    MessageQuery query = InOrder(order);
    query.batch_rows = 1000;
    const RowKeys rows = Rows(query);
    ASSERT_EQ(rows.size(), 3 * kRows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint64_t id = order == Order::kNewestFirst ? kRows - i / 3 : 1 + i / 3;
      ASSERT_EQ(rows[i], (RowKey{std::string(1, static_cast<char>('a' + i % 3)), id})) << i;
    }
    query.limit = 65'540;
    EXPECT_EQ(Rows(query), RowKeys(rows.begin(), rows.begin() + 65'540));
  }
}

TEST_F(MergedReaderTest, APassThatIsFullOfLargeRowsGoesOnBehindThem) {
  Open({.engine = EngineKind::kMemory, .routing = HashRouting{.shards = 4}, .limits = {.max_content_bytes = 16 << 20}});
  const std::string content(std::size_t{9} << 20, 'x');
  for (const std::uint64_t id : {1, 2, 3}) {
    for (const char* channel : {"a", "b", "c"}) Post({.channel = channel, .content = content, .id = MessageId{id}});
  }
  const RowKeys rows = Rows(InOrder(Order::kOldestFirst));
  EXPECT_EQ(rows.size(), 9U);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const RowKey& a, const RowKey& b) {
    return std::tie(a.id, a.channel) < std::tie(b.id, b.channel);
  }));
}

}  // namespace
}  // namespace rookery::columns
