// Builds batches of the columns that a query wants from the rows that it is handed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "columns/batch.h"
#include "columns/column_builder.h"
#include "columns/message_query.h"
#include "rookery/query.h"

namespace rookery::columns {

/// Pauses its reader when a batch is full. Owned by one thread. Throws std::bad_alloc when there is no memory.
class BatchBuilder final : public ScanSink {
 public:
  explicit BatchBuilder(const MessageQuery& query);

  void BeginChannel(std::string_view channel) override { channel_ = channel; }
  ScanStep Take(const MessageView& message) override;

  std::size_t rows() const { return rows_; }
  /// What was built; the next batch begins.
  Batch Finish();

 private:
  const std::size_t most_rows_;
  std::vector<std::unique_ptr<ColumnBuilder>> columns_;
  std::string_view channel_;
  std::size_t rows_ = 0;
  std::size_t bytes_ = 0;  // of the rows as they are stored: about what their columns weigh
};

}  // namespace rookery::columns
