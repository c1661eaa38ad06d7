// The first rows of many channels: against a sort of all of them, page by page, and within bounds of memory.
#include "columns/first_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/columns/columns_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::columns {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;

RowKeys KeysOf(const std::vector<KeptRow>& rows) {
  RowKeys keys;
  for (const KeptRow& row : rows) keys.push_back({row.place.channel, row.message.id().value});
  return keys;
}

/// By id, and then by channel, as every order has it.
void SortRows(RowKeys* rows, Order order) {
  std::sort(rows->begin(), rows->end(), [order](const RowKey& a, const RowKey& b) {
    if (a.id != b.id) return order == Order::kNewestFirst ? a.id > b.id : a.id < b.id;
    return a.channel < b.channel;
  });
}

class FirstRowsTest : public ColumnsTest {
 protected:
  /// The first rows of the whole store.
  FirstRows Scan(Order order, std::size_t rows, std::optional<RowPlace> behind = {}) {
    FirstRows first(order, rows, std::move(behind));
    auto scan = store().StartScan({.order = order});
    EXPECT_OK(scan->Read(&first));
    return first;
  }
  void PostSized(const std::string& channel, std::uint64_t id, std::size_t bytes) {
    const std::string content(bytes, 'x');
    Post({.channel = channel, .content = content, .id = MessageId{id}});
  }
  /// Random ids, of which many are in several channels.
  RowKeys PostRandom(testing::SeededRandom* random, int rows) {
    RowKeys all;
    for (int i = 0; i < rows; ++i) {
      RowKey key{std::string(1, static_cast<char>('a' + random->Below(6))), 1 + random->Below(60)};
      if (std::count(all.begin(), all.end(), key) > 0) continue;
      Post({.channel = key.channel, .id = MessageId{key.id}});
      all.push_back(std::move(key));
    }
    return all;
  }
};

TEST_F(FirstRowsTest, AreTheFirstOfAllRowsSorted) {
  testing::SeededRandom random(51);
  SCOPED_TRACE(random.trace());
  RowKeys all = PostRandom(&random, 200);
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    SortRows(&all, order);
    for (const std::size_t rows :
         {std::size_t{1}, std::size_t{2}, std::size_t{17}, all.size() - 1, all.size(), all.size() + 1}) {
      FirstRows first = Scan(order, rows);
      const RowKeys kept = KeysOf(first.TakeInOrder());
      EXPECT_EQ(first.left_out(), rows < all.size()) << rows;
      const RowKeys expected(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(rows, all.size())));
      EXPECT_EQ(kept, expected);
    }
  }
}

TEST_F(FirstRowsTest, PageAfterPageGivesEachRowOnce) {
  testing::SeededRandom random(52);
  SCOPED_TRACE(random.trace());
  RowKeys all = PostRandom(&random, 150);
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    SortRows(&all, order);
    for (const std::size_t rows : {1, 2, 7}) {
      RowKeys paged;
      std::optional<RowPlace> last;
      for (bool more = true; more;) {
        FirstRows first = Scan(order, rows, last);
        for (KeptRow& row : first.TakeInOrder()) {
          paged.push_back({row.place.channel, row.place.id.value});
          last = row.place;
        }
        more = first.left_out();
      }
      EXPECT_EQ(paged, all);
    }
  }
}

TEST_F(FirstRowsTest, IdsThatAreEqualComeByChannelInEitherOrder) {
  for (const char* channel : {"c", "a", "b"}) {
    Post({.channel = channel, .id = MessageId{1}});
    Post({.channel = channel, .id = MessageId{2}});
  }
  EXPECT_THAT(KeysOf(Scan(Order::kNewestFirst, 4).TakeInOrder()),
              ElementsAre(RowKey{"a", 2}, RowKey{"b", 2}, RowKey{"c", 2}, RowKey{"a", 1}));
  EXPECT_THAT(KeysOf(Scan(Order::kOldestFirst, 4).TakeInOrder()),
              ElementsAre(RowKey{"a", 1}, RowKey{"b", 1}, RowKey{"c", 1}, RowKey{"a", 2}));
}

TEST_F(FirstRowsTest, BehindALastRowNothingIsLeft) {
  PostMany({"a", "b"}, 3);
  FirstRows first = Scan(Order::kOldestFirst, 10, RowPlace{.id = MessageId{3}, .channel = "b"});
  EXPECT_THAT(first.TakeInOrder(), IsEmpty());
  EXPECT_FALSE(first.left_out());
}

TEST_F(FirstRowsTest, AChannelIsLeftSoonAfterItsFirstRowThatComesTooLate) {
  constexpr std::size_t kRoom = 8;
  FirstRows first(Order::kOldestFirst, kRoom, {});
  first.BeginChannel("a");
  std::size_t taken = 0;
  while (first.Take(Post({.channel = "a", .id = MessageId{++taken}})) == ScanStep::kNext) ASSERT_LT(taken, 2 * kRoom);
  EXPECT_GT(taken, kRoom);
  first.BeginChannel("b");
  EXPECT_EQ(first.Take(Post({.channel = "b", .id = MessageId{kRoom + 1}})), ScanStep::kNextChannel);
  EXPECT_EQ(first.Take(Post({.channel = "b", .id = MessageId{1}})), ScanStep::kNext);
}

TEST_F(FirstRowsTest, LargeRowsAreFewer) {
  constexpr std::size_t kBytes = 1'000'000;
  for (std::uint64_t id = 1; id <= 40; ++id) PostSized(id % 2 == 0 ? "a" : "b", id, kBytes);
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    FirstRows first = Scan(order, 1000);
    const RowKeys kept = KeysOf(first.TakeInOrder());
    EXPECT_TRUE(first.left_out());
    EXPECT_THAT(kept.size() * kBytes, AllOf(Ge(std::size_t{8} << 20), Le(std::size_t{32} << 20)));
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_EQ(kept[i].id, order == Order::kNewestFirst ? 40 - i : 1 + i) << "the first ones";
    }
  }
}

TEST_F(FirstRowsTest, OneRowIsKeptHoweverLargeItIs) {
  Open({.engine = EngineKind::kMemory, .limits = {.max_content_bytes = std::size_t{64} << 20}});
  PostSized("a", 1, std::size_t{40} << 20);
  PostSized("a", 2, std::size_t{40} << 20);
  FirstRows first = Scan(Order::kOldestFirst, 10);
  EXPECT_THAT(KeysOf(first.TakeInOrder()), ElementsAre(RowKey{"a", 1}));
  EXPECT_TRUE(first.left_out());
}

}  // namespace
}  // namespace rookery::columns
