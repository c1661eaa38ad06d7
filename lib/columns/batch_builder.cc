#include "columns/batch_builder.h"

#include <algorithm>
#include <utility>

namespace rookery::columns {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

}  // namespace

BatchBuilder::BatchBuilder(const MessageQuery& query) : most_rows_(std::max<std::size_t>(query.batch_rows, 1)) {
  for (const Column& column : query.columns) columns_.push_back(NewColumnBuilder(column, query.text));
}

ScanStep BatchBuilder::Take(const MessageView& message) {
  if (!columns_.empty()) {
    const ReadRow read{.row = {.channel = channel_, .message = message}, .fields = message.fields()};
    for (const auto& column : columns_) column->Append(read);
  }
  bytes_ += channel_.size() + message.encoded().size();
  return ++rows_ >= most_rows_ || bytes_ >= kMostBytes ? ScanStep::kPause : ScanStep::kNext;
}

Batch BatchBuilder::Finish() {
  std::vector<ArrowArray> columns(columns_.size());
  for (std::size_t i = 0; i < columns.size(); ++i) columns_[i]->Finish(&columns[i]);
  ArrowArray table{};
  ExportArray({.rows = static_cast<std::int64_t>(std::exchange(rows_, 0))}, std::vector<Buffer>(1), std::move(columns),
              &table);
  bytes_ = 0;
  return Batch(table);
}

TypeNode TableType(std::span<const Column> columns, TextMode mode) {
  TypeNode type{.format = "+s", .name = ""};
  for (const Column& column : columns) type.children.push_back(TypeOf(column, mode));
  return type;
}

}  // namespace rookery::columns
