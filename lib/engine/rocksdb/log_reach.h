// How far the logs go, found while RocksDB reads them, without keeping any of it; and whether it read all of them.
//
// Idea: which of the logs count, and where they end, RocksDB decides as it opens a database with all its families; so
// it is let do that, and this takes each batch away from it and remembers its place.
// RocksDB takes zeros for the end of a log, or of a block of it, and says nothing. But the sizes of a log's batches say
// how long the log was when the last of them was written: a file of another length has bytes that RocksDB passed over.
#pragma once

#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/log_list.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Used by the thread that opens the database.
class LogReach final : public rocksdb::WalFilter {
 public:
  /// `listed`: where logs begin.
  explicit LogReach(ListedLogs listed) : listed_(std::move(listed)) {}

  const char* Name() const override { return "rookery.LogReach"; }
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

  /// The position of the last row that was seen; 0: none was.
  std::uint64_t position() const { return position_; }
  /// How long the log is with all batches that were seen of it.
  std::uint64_t BytesOf(std::uint64_t log_number) const;
  /// kCorruption: a log has positions that only one before it can have. Its file is that of another log, or of another
  /// time.
  const Status& order() const { return order_; }

 private:
  void CheckOrder(std::uint64_t log_number, const std::string& log_file_name, std::uint64_t first);

  const ListedLogs listed_;
  std::uint64_t position_ = 0;
  std::map<std::uint64_t, LogLength> lengths_;  // by the logs' numbers
  Status order_;
};

}  // namespace rookery::engine
