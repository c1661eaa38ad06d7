// Remembers the first write that failed.
//
// Idea: once a write to the log has failed, RocksDB must not be made to touch that log again: a build with assertions,
// as Debian's is, aborts the process. Writing is refused by RocksDB itself; flushing has to be refused here.
#pragma once

#include <mutex>

#include "rookery/status.h"

namespace rookery::engine {

/// Thread-safe.
class FailureLatch {
 public:
  /// Remembers `failure` if it is the first. No effect if it is OK or kBusy. Returns it.
  Status Note(Status failure);
  /// The first failure, or OK.
  Status first() const;

 private:
  mutable std::mutex mutex_;
  Status first_;  // guarded by mutex_
};

}  // namespace rookery::engine
