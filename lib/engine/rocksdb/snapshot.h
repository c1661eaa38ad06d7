// A snapshot of the RocksDB engine.
#pragma once

#include <rocksdb/db.h>

#include "engine/engine.h"

namespace rookery::engine {

class RocksSnapshot final : public Snapshot {
 public:
  explicit RocksSnapshot(rocksdb::DB* database) : database_(database), snapshot_(database->GetSnapshot()) {}
  ~RocksSnapshot() override { database_->ReleaseSnapshot(snapshot_); }
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  std::uint64_t sequence() const override { return snapshot_->GetSequenceNumber(); }

  /// What ReadOptions::snapshot takes; null for null.
  static const rocksdb::Snapshot* Raw(const Snapshot* snapshot) {
    return snapshot == nullptr ? nullptr : static_cast<const RocksSnapshot*>(snapshot)->snapshot_;
  }

 private:
  rocksdb::DB* const database_;
  const rocksdb::Snapshot* const snapshot_;
};

}  // namespace rookery::engine
