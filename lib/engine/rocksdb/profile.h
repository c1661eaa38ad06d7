// Profile "chat": all options of RocksDB, made from the few that a store has. docs/tuning.md says what and why.
//
// Invariant: column families share one block cache and one write-buffer budget, and the budget is charged to the cache,
// so that both together stay within the sum of the two sizes.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/options.h>
#include <rocksdb/write_buffer_manager.h>

#include <cstddef>
#include <memory>

#include "engine/rocksdb/failure_relay.h"
#include "engine/rocksdb/overrides.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "engine/rocksdb/stall_monitor.h"
#include "rookery/status.h"

namespace rookery::engine {

/// The options of one open database, with the cache and the budget that they share. A benchmark that wants RocksDB as
/// Rookery uses it makes a Profile and opens RocksDB with database() and family(). Immutable; keep it as long as the
/// database is open.
class Profile {
 public:
  /// kInvalidArgument: an unknown profile, a size that cannot work, or an override that RocksDB does not take.
  static Result<Profile> Make(const RocksDbOptions& options);

  /// Without what only the opening side knows: env and create_if_missing.
  const rocksdb::DBOptions& database() const { return database_; }
  /// For each family of a database that has `families` of them. REQUIRES: families >= 1.
  rocksdb::ColumnFamilyOptions family(std::size_t families) const;

  const rocksdb::Cache& cache() const { return *cache_; }
  const rocksdb::WriteBufferManager& write_buffers() const { return *write_buffers_; }
  /// RocksDbOptions::max_memtable_bytes.
  std::size_t max_memtable_bytes() const { return max_memtable_bytes_; }
  /// Both are told by the database's listener.
  StallMonitor& stalls() const { return *stalls_; }
  FailureRelay& failures() const { return *failures_; }

 private:
  Profile() = default;

  std::shared_ptr<rocksdb::Cache> cache_;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffers_;
  std::shared_ptr<StallMonitor> stalls_ = std::make_shared<StallMonitor>();
  std::shared_ptr<FailureRelay> failures_ = std::make_shared<FailureRelay>();
  std::size_t max_memtable_bytes_ = 0;
  rocksdb::DBOptions database_;
  rocksdb::ColumnFamilyOptions family_;
  Overrides overrides_;
};

}  // namespace rookery::engine
