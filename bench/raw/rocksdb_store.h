// RocksDB opened as Rookery opens it: the same options, the same families, the same cache and write-buffer budget.
//
// What the raw contenders share; written as somebody would who knows RocksDB well and needs nothing else.
#pragma once

#include <rocksdb/compaction_filter.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/contender.h"
#include "bench/raw/arena_page.h"
#include "engine/rocksdb/profile.h"

namespace rookery::bench {

/// What a store is opened with besides Rookery's options.
struct RocksDbSetup {
  std::size_t write_buffer_bytes = kWriteBufferBytes;
  std::shared_ptr<rocksdb::CompactionFilterFactory> filter = nullptr;  // of all families
};

/// Used by one thread, but for PutNow and CompactShard. Throws Failure on errors.
class RocksDbStore {
 public:
  RocksDbStore(const std::filesystem::path& directory, std::uint32_t shards, RocksDbSetup setup = {});
  ~RocksDbStore();
  RocksDbStore(const RocksDbStore&) = delete;
  RocksDbStore& operator=(const RocksDbStore&) = delete;

  void Put(std::uint32_t shard, std::string_view key, std::string_view value);
  /// Writes what was put since the last time.
  void Commit();
  /// Writes one row by itself. Any number of threads may do so at a time.
  void PutNow(std::uint32_t shard, std::string_view key, std::string_view value, bool sync);

  /// Deletes one row by itself.
  void DeleteNow(std::uint32_t shard, std::string_view key);

  /// Up to `limit` rows of a shard from `first` to before `end`.
  ArenaPage ReadPage(std::uint32_t shard, std::string_view first, std::string_view end, std::size_t limit);
  /// False if there is no such key. The value is pinned, not copied.
  bool Read(std::uint32_t shard, std::string_view key, rocksdb::PinnableSlice* value);

  /// Rows in the order of their keys, shard after shard: they go into tables beside the database.
  void AddToTable(std::uint32_t shard, std::string_view key, std::string_view value);
  /// The shard has no more rows.
  void FinishTable();
  /// Takes all tables in at once.
  void IngestTables();

  /// What CopyMoved has copied.
  struct Copied {
    std::size_t rows = 0;
    std::size_t bytes = 0;
  };
  /// Copies the rows of those channels of a shard that `target` puts elsewhere, in batches of about so many bytes.
  void CopyMoved(std::uint32_t shard, const std::function<std::uint32_t(std::string_view channel)>& target,
                 std::size_t batch_bytes, Copied* copied);

  /// Rewrites a shard's files, the lowest ones too. Beside all other calls.
  void CompactShard(std::uint32_t shard);
  void Compact();
  void Close();

 private:
  void Create(const rocksdb::DBOptions& options, std::uint32_t shards);
  void Open(const rocksdb::DBOptions& options, std::uint32_t shards);
  rocksdb::ColumnFamilyOptions FamilyOptions(std::size_t families) const;

  const RocksDbSetup setup_;
  engine::Profile profile_;
  std::filesystem::path directory_;
  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // by shard, then the ones that stay empty
  rocksdb::WriteBatch batch_;
  std::unique_ptr<rocksdb::SstFileWriter> table_;
  std::vector<std::vector<std::string>> tables_;  // by shard: paths
};

}  // namespace rookery::bench
