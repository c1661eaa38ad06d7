// How far a log goes, found while RocksDB reads it, without keeping any of it.
//
// Idea: which of the logs count, and where they end, RocksDB decides as it opens a database with all its families; so
// it is let do that, and this takes each batch away from it and remembers its place.
#pragma once

#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <string>

namespace rookery::engine {

/// Used by the thread that opens the database.
class LogReach final : public rocksdb::WalFilter {
 public:
  const char* Name() const override { return "rookery.LogReach"; }
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

  /// The position of the last row that was seen; 0: none was.
  std::uint64_t position() const { return position_; }

 private:
  std::uint64_t position_ = 0;
};

}  // namespace rookery::engine
