// Reads the rows that a query wants, one after another, and hands them to a sink that may pause.
//
// Long reads come up for breath every few thousand rows: the store may be about to be closed, or who reads may have
// lost interest.
#pragma once

#include <functional>
#include <memory>

#include "columns/shared_scan.h"
#include "rookery/query.h"
#include "rookery/status.h"

namespace rookery::columns {

/// Owned by one thread.
class RowReader {
 public:
  virtual ~RowReader() = default;
  /// True: the sink paused; the next call goes on. False: there are no more rows.
  virtual Result<bool> Read() = 0;
};

/// Asked now and then by a reader, on its thread: false ends the read with kInterrupted.
using GoOn = std::function<bool()>;

/// Reads as the plan says. Where that is side by side, several readers of one SharedScan, each on a thread of its own,
/// divide the shards among them. `sink` must outlive the reader.
std::unique_ptr<RowReader> NewRowReader(std::shared_ptr<SharedScan> shared, ScanSink* sink, GoOn go_on);

}  // namespace rookery::columns
