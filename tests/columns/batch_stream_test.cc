// Streams of batches: what they say of the messages, the bounds of a batch, and that they read one state of the store.
#include "columns/batch_stream.h"

#include <optional>
#include <string>
#include <vector>

#include "tests/columns/arrow_view.h"
#include "tests/columns/columns_fixture.h"
#include "tests/columns/random_chat.h"
#include "tests/support/seeded_random.h"

namespace rookery::columns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

/// A query of each way to visit the shards, for all messages of channels "a" and "b".
std::vector<MessageQuery> OneOfEachVisits() {
  MessageQuery side_by_side = KeyQuery();
  MessageQuery in_turn = KeyQuery();
  in_turn.limit = 1'000'000;
  MessageQuery merged = KeyQuery();
  merged.order = Order::kNewestFirst;
  return {side_by_side, in_turn, merged};
}

class BatchStreamTest : public ColumnsEngineTest {};
INSTANTIATE_TEST_SUITE_P(Engines, BatchStreamTest, ::testing::Values(EngineKind::kMemory, EngineKind::kRocksDb),
                         EngineName);

TEST_P(BatchStreamTest, OfAnEmptyStoreEndsAtOnceAndForGood) {
  for (const MessageQuery& query : OneOfEachVisits()) {
    const auto stream = Stream(query);
    for (int i = 0; i < 3; ++i) {
      ASSERT_OK_AND_ASSIGN(const std::optional<Batch> batch, stream->Next(Always));
      EXPECT_FALSE(batch);
    }
  }
}

TEST_P(BatchStreamTest, BatchesHaveAsManyRowsAsWereAskedForButForTheLast) {
  PostMany({"a"}, 10);
  MessageQuery query = KeyQuery();
  query.range.channels = {{"a"}};
  for (std::size_t rows = 1; rows <= 11; ++rows) {
    query.batch_rows = rows;
    const auto batches = Batches(Stream(query).get());
    ASSERT_EQ(batches.size(), (10 + rows - 1) / rows);
    for (std::size_t i = 0; i + 1 < batches.size(); ++i) EXPECT_THAT(batches[i], SizeIs(rows));
  }
}

TEST_P(BatchStreamTest, NoBatchIsEmptyNorLargerThanAskedFor) {
  PostMany({"a", "b", "c", "d", "e"}, 9);
  for (MessageQuery query : OneOfEachVisits()) {
    query.batch_rows = 4;
    std::size_t rows = 0;
    for (const RowKeys& batch : Batches(Stream(query).get())) {
      EXPECT_THAT(batch, SizeIs(::testing::AllOf(::testing::Ge(1U), ::testing::Le(4U))));
      rows += batch.size();
    }
    EXPECT_EQ(rows, 45U);
  }
}

TEST_P(BatchStreamTest, ALimitEndsExactly) {
  PostMany({"a", "b"}, 6);
  for (const std::optional<Order> order : {std::optional<Order>(), std::optional(Order::kNewestFirst)}) {
    for (std::uint64_t limit = 0; limit <= 13; ++limit) {
      MessageQuery query = KeyQuery();
      query.limit = limit;
      query.order = order;
      query.batch_rows = 3;
      EXPECT_THAT(Rows(query), SizeIs(std::min<std::uint64_t>(limit, 12)));
    }
  }
}

TEST_P(BatchStreamTest, SeesTheStoreAsItWasWhenItWasMade) {
  for (const MessageQuery& query : OneOfEachVisits()) {
    Open({.engine = EngineKind::kMemory, .routing = HashRouting{.shards = 4}});
    PostMany({"a", "b"}, 3);
    const auto stream = Stream(query);
    Post({.channel = "a", .id = MessageId{4}});
    Post({.channel = "new"});
    ASSERT_OK(store().Delete("b", MessageId{1}));
    ASSERT_OK(store().Delete("b", MessageId{2}));
    std::size_t rows = 0;
    for (const RowKeys& batch : Batches(stream.get())) rows += batch.size();
    EXPECT_EQ(rows, 6U);
  }
}

TEST_P(BatchStreamTest, WithoutAnOrderAChannelIsNewestFirst) {
  PostMany({"a"}, 3);
  MessageQuery query = KeyQuery();
  query.batch_rows = 2;
  EXPECT_THAT(Rows(query), ElementsAre(RowKey{"a", 3}, RowKey{"a", 2}, RowKey{"a", 1}));
}

TEST_P(BatchStreamTest, WithALimitTheSameRowsComeEachTime) {
  PostMany({"a", "b", "c", "d", "e", "f"}, 5);
  MessageQuery query = KeyQuery();
  query.limit = 17;
  const RowKeys rows = Rows(query);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Rows(query), rows);
}

TEST_P(BatchStreamTest, CountsWhatItWouldGive) {
  PostMany({"a", "b", "c"}, 7);
  for (MessageQuery query : OneOfEachVisits()) {
    query.batch_rows = 2;
    ASSERT_OK_AND_ASSIGN(const std::uint64_t all, Count(store_, query, Always));
    EXPECT_EQ(all, 21U);
    query.where = Where(Comparison::kGreater, "id", std::int64_t{5});
    ASSERT_OK_AND_ASSIGN(const std::uint64_t some, Count(store_, query, Always));
    EXPECT_EQ(some, 6U);
    query.limit = 4;
    ASSERT_OK_AND_ASSIGN(const std::uint64_t four, Count(store_, query, Always));
    EXPECT_EQ(four, 4U);
  }
}

TEST_P(BatchStreamTest, RefusesARangeThatNoScanTakes) {
  MessageQuery query = KeyQuery();
  query.range.prefix = std::string(kMaxChannelBytes + 1, 'x');
  EXPECT_CODE(Stream(query)->Next(Always), StatusCode::kInvalidArgument);
  query.order = Order::kNewestFirst;
  EXPECT_CODE(Stream(query)->Next(Always), StatusCode::kInvalidArgument);
}

TEST_P(BatchStreamTest, EveryColumnSaysWhatTheMessageSays) {
  testing::SeededRandom random(71);
  SCOPED_TRACE(random.trace());
  const std::vector<StoredRow> rows = RandomChat(&random).Fill(&store(), 100);
  MessageQuery query;
  query.text = TextMode::kBinary;
  query.batch_rows = 13;
  query.order = Order::kOldestFirst;
  const auto stream = Stream(query);
  std::size_t seen = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(std::optional<Batch> batch, stream->Next(Always));
    if (!batch) break;
    ArrowTable table(batch->Take());
    for (std::int64_t row = 0; row < table.rows(); ++row, ++seen) {
      const RowKey key{std::string(table.column(1).text(row)), table.column(0).number<std::uint64_t>(row)};
      const Message message = store().Get(key.channel, MessageId{key.id}).value().value();
      EXPECT_EQ(table.column(2).number(row), message.created_at().time_since_epoch().count());
      EXPECT_EQ(table.column(3).text(row), message.author());
      EXPECT_EQ(table.column(4).text(row), message.content());
      EXPECT_EQ(table.column(5).number<std::uint64_t>(row), message.reply_to().value_or(MessageId{}).value);
      EXPECT_EQ(table.column(6).null(row), !message.edited_at());
      EXPECT_EQ(table.column(7).number<std::uint64_t>(row), message.version().value);
      EXPECT_EQ(table.column(8).number<std::uint32_t>(row), message.flags());
      EXPECT_EQ(table.column(9).text(row), message.nonce());
      EXPECT_EQ(table.column(10).map(row).size(), message.attributes().size());
    }
  }
  EXPECT_EQ(seen, rows.size());
}

}  // namespace
}  // namespace rookery::columns
