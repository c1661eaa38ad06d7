#include "engine/rocksdb/profile.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/version.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "engine/rocksdb/error_listener.h"
#include "engine/rocksdb/file_limit.h"
#include "engine/rocksdb/info_log.h"
#include "engine/rocksdb/memtable_sizes.h"
#include "engine/rocksdb/prefix_transform.h"

namespace rookery::engine {
namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;

Status CheckSizes(const RocksDbOptions& options) {
  if (options.write_buffer_bytes < kMiB) {
    return {StatusCode::kInvalidArgument, "tuning.write_buffer_bytes must be at least 1 MiB"};
  }
  if (options.max_wal_bytes < kMiB) {
    return {StatusCode::kInvalidArgument, "tuning.max_wal_bytes must be at least 1 MiB"};
  }
  return {};
}

std::shared_ptr<rocksdb::Cache> NewCache(const RocksDbOptions& options) {
  rocksdb::LRUCacheOptions cache;
  // Memtables are charged to the cache: what they do not use holds blocks.
  cache.capacity = options.block_cache_bytes + options.write_buffer_bytes;
  cache.high_pri_pool_ratio = 0.5;
  return rocksdb::NewLRUCache(cache);
}

void SetBackgroundJobs(rocksdb::DBOptions* options) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  options->max_background_jobs = std::max(2, cores);
#if ROCKSDB_MAJOR < 8 || (ROCKSDB_MAJOR == 8 && ROCKSDB_MINOR < 7)
  // Before 8.7 a failed flush could delete what another one had just written: let there be one at a time.
  options->max_background_flushes = 1;
  options->max_background_compactions = std::max(1, cores - 1);
#endif
}

rocksdb::DBOptions DatabaseOptions(const RocksDbOptions& from, std::shared_ptr<StallMonitor> stalls,
                                   std::shared_ptr<FailureRelay> failures) {
  rocksdb::DBOptions options;
  // Safety: an open creates nothing, and damage is an error, never a silent loss.
  options.create_if_missing = false;
  options.create_missing_column_families = false;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // It never looks for the newest log, and before 7.10 it can ask for one that was rightly deleted. See CheckLog.
  options.track_and_verify_wals_in_manifest = false;
  options.max_bgerror_resume_count = 0;
  options.listeners.push_back(NewErrorListener(from.logger, std::move(stalls), std::move(failures)));
  // Bounds: of the log and so of the time to recover, of open files, of the manifest.
  options.max_total_wal_size = from.max_wal_bytes;
  options.max_open_files = MaxOpenTables();
  options.max_manifest_file_size = 64 * kMiB;
  // Work: flushes and compactions write steadily and never make a reader wait for the deletion of a file.
  SetBackgroundJobs(&options);
  options.bytes_per_sync = kMiB;
  options.wal_bytes_per_sync = kMiB;  // a log is synced when the next one begins: little is then left to do
  // Each file that a compaction reads takes that much: with little memory less, so that it stays a small part.
  options.compaction_readahead_size = std::clamp(from.write_buffer_bytes / 64, 128 * kKiB, 2 * kMiB);
  options.avoid_unnecessary_blocking_io = true;
  // Quiet: no log file, and nothing runs by the clock.
  options.info_log = NewInfoLog(from.logger);
  options.info_log_level = options.info_log->GetInfoLogLevel();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::BlockBasedTableOptions TableOptions(std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = std::move(cache);
  table.block_size = 8 * kKiB;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = true;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  return table;
}

/// Young files are read and rewritten soon, so they cost no time to pack; the last level, where nearly all rows lie, is
/// packed well: its dictionary holds what the small rows have in common.
void SetCompression(const RocksDbOptions& from, rocksdb::ColumnFamilyOptions* options) {
  options->compression_per_level = {rocksdb::kNoCompression,  rocksdb::kNoCompression,  rocksdb::kLZ4Compression,
                                    rocksdb::kLZ4Compression, rocksdb::kLZ4Compression, rocksdb::kLZ4Compression,
                                    rocksdb::kLZ4Compression};
  options->bottommost_compression = rocksdb::kZSTD;
  rocksdb::CompressionOptions& bottom = options->bottommost_compression_opts;
  bottom.enabled = true;
  bottom.max_dict_bytes = 16 * kKiB;
  bottom.zstd_max_train_bytes = 32 * bottom.max_dict_bytes;
  // Training finds a dictionary that is 3 % better, and was a third of the time of writing a file (measured).
  bottom.use_zstd_dict_trainer = false;
  bottom.max_dict_buffer_bytes = std::clamp(from.write_buffer_bytes / 16, kMiB, 8 * kMiB);
}

/// Large values are written once, beside the sorted files, so that compactions do not carry them along. The space of
/// those that were deleted comes back file by file: compactions move what is left out of the older half of the files,
/// and start by themselves once half of the oldest is garbage. Small files come free sooner.
void SetBlobFiles(const RocksDbOptions& from, rocksdb::ColumnFamilyOptions* options) {
  options->enable_blob_files = from.blob_threshold_bytes > 0;
  options->min_blob_size = from.blob_threshold_bytes;
  options->blob_file_size = 64 * kMiB;
  options->blob_compression_type = rocksdb::kZSTD;
  options->blob_compaction_readahead_size = 2 * kMiB;
  // Also when no more are written: those that are there may be garbage.
  options->enable_blob_garbage_collection = true;
  options->blob_garbage_collection_age_cutoff = 0.5;
  options->blob_garbage_collection_force_threshold = 0.5;
}

rocksdb::ColumnFamilyOptions FamilyOptions(const RocksDbOptions& from, std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions(std::move(cache))));
  SetCompression(from, &options);
  SetBlobFiles(from, &options);
  options.level_compaction_dynamic_level_bytes = true;
  options.max_write_buffer_number = 4;
  options.max_write_buffer_size_to_maintain = 0;
  options.prefix_extractor = NewPrefixTransform(from.prefix);
  options.memtable_prefix_bloom_size_ratio = 0.02;
  options.memtable_whole_key_filtering = true;
  options.table_properties_collector_factories.push_back(rocksdb::NewCompactOnDeletionCollectorFactory(4096, 2048));
  return options;
}

/// ReadTableEnd knows no others.
Status CheckTables(const rocksdb::ColumnFamilyOptions& options) {
  const auto* const table = options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  if (table != nullptr && table->format_version == 5 && table->checksum == rocksdb::kXXH3) return {};
  return {StatusCode::kInvalidArgument,
          "tuning.overrides: tables are block based, of format_version 5, with checksums of kind kXXH3; leave that of "
          "them out"};
}

}  // namespace

Result<Profile> Profile::Make(const RocksDbOptions& options) {
  if (options.profile != "chat") {
    return Status(StatusCode::kInvalidArgument,
                  "tuning.profile: there is no profile " + base::Quoted(options.profile) + "; the profiles are: chat");
  }
  RK_TRY(CheckSizes(options));
  Profile profile;
  RK_ASSIGN_OR_RETURN(profile.overrides_, Overrides::Parse(options.overrides));
  profile.cache_ = NewCache(options);
  profile.write_buffers_ =
      std::make_shared<rocksdb::WriteBufferManager>(options.write_buffer_bytes, profile.cache_, /*allow_stall=*/false);
  profile.max_memtable_bytes_ = options.max_memtable_bytes;
  profile.database_ = DatabaseOptions(options, profile.stalls_, profile.failures_);
  profile.database_.write_buffer_manager = profile.write_buffers_;
  profile.family_ = FamilyOptions(options, profile.cache_);
  RK_TRY(profile.overrides_.ApplyTo(&profile.database_));
  rocksdb::ColumnFamilyOptions scratch = profile.family_;
  RK_TRY(profile.overrides_.ApplyTo(&scratch));
  RK_TRY(CheckTables(scratch));
  return profile;
}

rocksdb::ColumnFamilyOptions Profile::family(std::size_t families) const {
  rocksdb::ColumnFamilyOptions options = family_;
  const MemtableSizes sizes = DivideWriteBuffer(write_buffers_->buffer_size(), families);
  options.write_buffer_size = sizes.write_buffer_bytes;
  options.arena_block_size = sizes.arena_block_bytes;
  // Make has applied them to the same options before.
  static_cast<void>(overrides_.ApplyTo(&options));
  return options;
}

}  // namespace rookery::engine
