// The message rows of a store, read by RocksDB's own iterators: what reading could cost at best.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/rocksdb/profile.h"

namespace rookery::bench {

/// Opened for reading, with the options that the store has, so that the same blocks are read in the same way. The store
/// must not be open for writing. Used by one thread. Throws Failure on errors.
class RawRows {
 public:
  explicit RawRows(const std::filesystem::path& store);
  ~RawRows();
  RawRows(const RawRows&) = delete;
  RawRows& operator=(const RawRows&) = delete;

  /// Calls take(key, value) for every message row: shard by shard, in the order of keys.
  template <typename Take>
  void ForEach(Take take) const {
    for (rocksdb::ColumnFamilyHandle* shard : shards_) {
      const std::unique_ptr<rocksdb::Iterator> rows = NewIterator(shard);
      for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        take(rows->key().ToStringView(), rows->value().ToStringView());
      }
      CheckEnd(*rows);
    }
  }

 private:
  /// Over the message rows of a shard, as Rookery's scans read: ahead, and past the block cache.
  std::unique_ptr<rocksdb::Iterator> NewIterator(rocksdb::ColumnFamilyHandle* shard) const;
  static void CheckEnd(const rocksdb::Iterator& rows);

  engine::Profile profile_;
  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  std::vector<rocksdb::ColumnFamilyHandle*> shards_;  // of families_
};

}  // namespace rookery::bench
