// Follows which column families delay or stop writes, as RocksDB tells it, and passes on that something changed.
#pragma once

#include <functional>
#include <mutex>
#include <string_view>

#include "engine/engine.h"
#include "engine/rocksdb/stall_tally.h"

namespace rookery::engine {

/// Thread-safe.
class StallMonitor {
 public:
  void Set(std::string_view family, StallState state);
  /// Nobody holds up writes.
  void Clear();
  /// Something else happened for which writes may have waited.
  void Notify() const;
  /// Called after each change, on the thread of whoever made it.
  void NotifyOf(std::function<void()> changed);
  /// Without reason and rate, which only the database knows.
  StallReport Read() const;

 private:
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  StallTally tally_;
  std::function<void()> changed_;
};

}  // namespace rookery::engine
