// Reads the rows of many channels in the order of their ids, in memory that does not grow with the store.
//
// Idea: rows lie channel by channel, so no cursor walks them by id. Pass after pass over all channels keeps the first
// so many rows behind those that were handed out, and hands them out in order. A channel is left at its first row that
// comes too late, so that a pass costs a seek for each channel besides the rows that it keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "columns/first_rows.h"
#include "columns/row_reader.h"

namespace rookery::columns {

class MergedReader final : public RowReader {
 public:
  MergedReader(std::shared_ptr<SharedScan> shared, ScanSink* sink, GoOn go_on);

  Result<bool> Read() override;

 private:
  /// Fills rows_; leaves it empty when there are no more.
  Status Pass();

  const std::shared_ptr<SharedScan> shared_;
  ScanSink* const sink_;
  const GoOn go_on_;
  std::uint64_t left_;  // of the query's limit
  std::vector<KeptRow> rows_;
  std::size_t next_ = 0;          // of rows_
  std::optional<RowPlace> last_;  // handed out
  bool last_pass_ = false;
};

}  // namespace rookery::columns
