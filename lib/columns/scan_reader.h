// Reads shard after shard, each as it is stored.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "columns/row_reader.h"
#include "columns/wanted_rows.h"

namespace rookery::columns {

/// What a ScanReader reads, which need not be all that its query asks for.
struct ScanJob {
  RowRange range;
  Order order = Order::kNewestFirst;
  const Predicate* where = nullptr;  // null: all
  std::optional<std::uint64_t> limit = {};
  ShardQueue* shards = nullptr;  // must outlive the reader
};

class ScanReader final : public RowReader {
 public:
  ScanReader(std::shared_ptr<SharedScan> shared, ScanJob job, ScanSink* sink, GoOn go_on);

  Result<bool> Read() override;

 private:
  /// One breath. Ends with no scan open when a shard is done.
  Status ReadSome(const Store& store);

  const std::shared_ptr<SharedScan> shared_;
  const ScanJob job_;
  const GoOn go_on_;
  WantedRows wanted_;
  std::optional<ShardId> shard_;  // of the scan that is open or the next to open
  std::optional<Scan> scan_;
};

}  // namespace rookery::columns
