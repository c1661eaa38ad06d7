// Batches: how many rows they have, and when they are full.
#include "columns/batch_builder.h"

#include <string>
#include <utility>

#include "tests/columns/arrow_view.h"
#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

class BatchBuilderTest : public ColumnsTest {
 protected:
  Message message_ = Post({.channel = "a", .content = "hello"});
};

MessageQuery InBatchesOf(std::size_t rows) {
  MessageQuery query = KeyQuery();
  query.batch_rows = rows;
  return query;
}

TEST_F(BatchBuilderTest, IsFullWithAsManyRowsAsWereAskedFor) {
  BatchBuilder builder(InBatchesOf(3));
  builder.BeginChannel("a");
  for (int batch = 0; batch < 3; ++batch) {
    EXPECT_EQ(builder.Take(message_), ScanStep::kNext);
    EXPECT_EQ(builder.Take(message_), ScanStep::kNext);
    EXPECT_EQ(builder.Take(message_), ScanStep::kPause);
    EXPECT_EQ(builder.rows(), 3U);
    EXPECT_EQ(builder.Finish().rows(), 3);
    EXPECT_EQ(builder.rows(), 0U);
  }
}

TEST_F(BatchBuilderTest, ABatchHasARowAtLeast) {
  BatchBuilder builder(InBatchesOf(0));
  builder.BeginChannel("a");
  EXPECT_EQ(builder.Take(message_), ScanStep::kPause);
}

TEST_F(BatchBuilderTest, IsFullWithSixteenMebibytes) {
  Open({.engine = EngineKind::kMemory, .limits = {.max_content_bytes = std::size_t{32} << 20}});
  const std::string content(std::size_t{6} << 20, 'x');
  const Message large = Post({.channel = "a", .content = content});
  BatchBuilder builder(InBatchesOf(1000));
  builder.BeginChannel("a");
  for (int batch = 0; batch < 2; ++batch) {
    EXPECT_EQ(builder.Take(large), ScanStep::kNext);
    EXPECT_EQ(builder.Take(large), ScanStep::kNext);
    EXPECT_EQ(builder.Take(large), ScanStep::kPause);
    EXPECT_EQ(builder.Finish().rows(), 3);
  }
}

TEST_F(BatchBuilderTest, RowsNameTheChannelThatWasBegunLast) {
  BatchBuilder builder(InBatchesOf(10));
  for (const std::string& channel : {std::string("a"), std::string("\0b", 2)}) {
    builder.BeginChannel(channel);
    EXPECT_EQ(builder.Take(message_), ScanStep::kNext);
  }
  const std::uint64_t id = message_.id().value;
  EXPECT_EQ(RowKeysOf(builder.Finish()), (RowKeys{{"a", id}, {std::string("\0b", 2), id}}));
}

TEST_F(BatchBuilderTest, WithoutColumnsABatchStillCountsRows) {
  MessageQuery query;
  query.columns = {};
  BatchBuilder builder(query);
  builder.BeginChannel("a");
  EXPECT_EQ(builder.Take(message_), ScanStep::kNext);
  ArrowTable table(builder.Finish().Take());
  EXPECT_EQ(table.rows(), 1);
  EXPECT_EQ(table->n_children, 0);
}

TEST_F(BatchBuilderTest, ABatchThatNobodyTookIsFreed) {
  BatchBuilder builder(InBatchesOf(1));
  builder.BeginChannel("a");
  EXPECT_EQ(builder.Take(message_), ScanStep::kPause);
  Batch first = builder.Finish();
  Batch second = std::move(first);
  first = std::move(second);
  EXPECT_EQ(first.rows(), 1);
  ArrowTable taken(first.Take());
  EXPECT_EQ(first.rows(), 0) << "it is the taker's";
  EXPECT_EQ(taken.rows(), 1);
}

}  // namespace
}  // namespace rookery::columns
