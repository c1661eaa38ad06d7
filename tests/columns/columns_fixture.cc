#include "tests/columns/columns_fixture.h"

#include <utility>

#include "tests/columns/arrow_view.h"

namespace rookery::columns {

Status TestStore::With(const std::function<Status(const Store&)>& work) const {
  if (before_use_) before_use_(uses_++);
  if (refused_) return {StatusCode::kClosed, "the store is closed"};
  return work(store_);
}

Column ColumnOf(std::string_view name) { return ParseColumn(name).value(); }

Predicate Where(Comparison comparison, std::string_view column, Literal literal) {
  return Predicate::Compare(comparison, ColumnOf(column), std::move(literal)).value();
}

MessageQuery KeyQuery() {
  MessageQuery query;
  query.columns = {ColumnOf("id"), ColumnOf("channel")};
  query.text = TextMode::kBinary;
  return query;
}

RowKeys RowKeysOf(Batch batch) {
  ArrowTable table(batch.Take());
  RowKeys keys;
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    keys.push_back({std::string(table.column(1).text(row)), table.column(0).number<std::uint64_t>(row)});
  }
  return keys;
}

bool Always() { return true; }

void ColumnsTest::Open(const StoreOptions& options) {
  store_.reset();
  auto opened = Store::Open(path(), options);
  ASSERT_OK(opened);
  store_ = std::make_shared<TestStore>(*std::move(opened));
}

Message ColumnsTest::Post(const NewMessage& message) {
  const auto id = store().Post(message);
  EXPECT_OK(id);
  return store().Get(message.channel, id.value()).value().value();
}

void ColumnsTest::PostMany(const std::vector<std::string>& channels, std::uint64_t messages) {
  for (const std::string& channel : channels) {
    std::vector<NewMessage> batch;
    for (std::uint64_t id = 1; id <= messages; ++id) batch.push_back({.channel = channel, .id = MessageId{id}});
    ASSERT_OK(store().PostBatch(batch));
  }
}

std::unique_ptr<BatchStream> ColumnsTest::Stream(MessageQuery query) {
  auto stream = BatchStream::New(store_, std::move(query));
  EXPECT_OK(stream);
  return std::move(stream).value();
}

std::vector<RowKeys> ColumnsTest::Batches(BatchStream* stream) {
  std::vector<RowKeys> batches;
  for (;;) {
    auto batch = stream->Next(Always);
    EXPECT_OK(batch);
    if (!batch || !*batch) return batches;
    batches.push_back(RowKeysOf(**std::move(batch)));
  }
}

RowKeys ColumnsTest::Rows(MessageQuery query) {
  RowKeys rows;
  for (RowKeys& batch : Batches(Stream(std::move(query)).get())) rows.insert(rows.end(), batch.begin(), batch.end());
  return rows;
}

std::string EngineName(const ::testing::TestParamInfo<EngineKind>& info) {
  return info.param == EngineKind::kMemory ? "Memory" : "RocksDb";
}

}  // namespace rookery::columns
