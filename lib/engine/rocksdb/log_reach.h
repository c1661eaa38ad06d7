// How far the logs go, found while RocksDB reads them, without keeping any of it; and whether it read all of them.
//
// Idea: which of the logs count, and where they end, RocksDB decides as it opens a database with all its families; so
// it is let do that, and this takes each batch away from it and remembers its place.
// A keyspace that is asked for is kept: what the logs do to it, to be done to what its tables have.
// RocksDB takes zeros for the end of a log, or of a block of it, and says nothing. But the sizes of a log's batches say
// how long the log was when the last of them was written: a file of another length has bytes that RocksDB passed over.
#pragma once

#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/log_list.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Used by the thread that opens the database.
class LogReach final : public rocksdb::WalFilter {
 public:
  /// `listed`: where logs begin. `kept`: a keyspace; empty: none.
  explicit LogReach(ListedLogs listed, std::string_view kept = {}) : listed_(std::move(listed)), kept_(kept) {}

  const char* Name() const override { return "rookery.LogReach"; }
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& oldest_logs,
                                const std::map<std::string, std::uint32_t>& ids) override;
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

  /// The position of the last row that was seen; 0: none was.
  std::uint64_t position() const { return position_; }
  /// Those that no batch had, before one that had later ones. Tables may have them.
  const std::vector<PositionRange>& gaps() const { return gaps_; }
  /// Does to the rows of the keyspace `kept` what the batches did.
  void Replay(std::map<std::string, std::string>* rows) const;
  /// How long the log is with all batches that were seen of it.
  std::uint64_t BytesOf(std::uint64_t log_number) const;
  /// kCorruption: a log has positions that only one before it can have. Its file is that of another log, or of another
  /// time.
  const Status& order() const { return order_; }

 private:
  class Keeper;
  struct Change {
    std::string begin;
    std::optional<std::string> end = {};    // of a range that is deleted
    std::optional<std::string> value = {};  // absent: deleted
  };

  void CheckOrder(std::uint64_t log_number, const std::string& log_file_name, std::uint64_t first);

  const ListedLogs listed_;
  const std::string kept_;
  std::optional<std::uint32_t> kept_id_ = {};
  std::uint64_t kept_since_ = 0;  // what logs with lower numbers did to it is in its tables
  std::vector<Change> changes_;
  std::vector<PositionRange> gaps_;
  std::uint64_t position_ = 0;
  std::map<std::uint64_t, LogLength> lengths_;  // by the logs' numbers
  Status order_;
};

}  // namespace rookery::engine
