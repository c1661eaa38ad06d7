// The verbs that are not on a hot path: keyspaces, flushing, compacting, sizes and closing.
#include <rocksdb/convenience.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "engine/failed_cursor.h"
#include "engine/rocksdb/file_limit.h"
#include "engine/rocksdb/rocksdb_engine_impl.h"
#include "engine/rocksdb/rocksdb_intake.h"
#include "engine/rocksdb/slice.h"

namespace rookery::engine {
namespace {

rocksdb::FlushOptions FlushNow() {
  rocksdb::FlushOptions options;
  options.wait = true;
  options.allow_write_stall = true;
  return options;
}

/// Whether a table with keys from lower up to upper refers to blobs.
bool ReferToBlobs(rocksdb::DB* database, rocksdb::ColumnFamilyHandle* handle, std::string_view lower,
                  std::string_view upper) {
  std::uint64_t blob_files = 1;
  if (database->GetIntProperty(handle, rocksdb::DB::Properties::kNumBlobFiles, &blob_files) && blob_files == 0) {
    return false;
  }
  rocksdb::ColumnFamilyMetaData family;
  database->GetColumnFamilyMetaData(handle, &family);
  return std::ranges::any_of(family.levels, [&](const rocksdb::LevelMetaData& level) {
    return std::ranges::any_of(level.files, [&](const rocksdb::SstFileMetaData& file) {
      return file.oldest_blob_file_number != 0 && file.smallestkey < upper && file.largestkey >= lower;
    });
  });
}

}  // namespace

Status RocksDbEngine::CreateKeyspaces(std::span<const std::string> names) {
  RK_TRY(CheckWritable());
  const std::lock_guard lock(change_keyspaces_);
  RK_TRY(CheckNewNames(names));
  RK_TRY(CheckRoomForFamilies(names.size()));
  const std::size_t families = 1 + keyspaces_.size() + names.size();
  std::vector<rocksdb::ColumnFamilyHandle*> raw;
  const rocksdb::Status status =
      database_->CreateColumnFamilies(profile_.family(families), {names.begin(), names.end()}, &raw);
  std::vector<Handle> handles;
  handles.reserve(raw.size());
  for (rocksdb::ColumnFamilyHandle* handle : raw) handles.emplace_back(handle, HandleRelease{database_.get()});
  if (!status.ok()) {
    // The first error is what the caller needs to know.
    for (const Handle& handle : handles) database_->DropColumnFamily(handle.get()).PermitUncheckedError();
    return Check(status, "create keyspaces in");
  }
  // Logs are about to name them: by an older manifest RocksDB would pass over what is theirs.
  keeper_->Keep();
  for (Handle& handle : handles) keyspaces_.Add(std::move(handle));
  return {};
}

Status RocksDbEngine::CheckNewNames(std::span<const std::string> names) const {
  std::set<std::string_view> fresh;
  for (const std::string& name : names) {
    if (name.empty()) return {StatusCode::kInvalidArgument, "the name of a keyspace must not be empty"};
    const bool known = name == rocksdb::kDefaultColumnFamilyName || keyspaces_.Find(name).has_value();
    if (known || !fresh.insert(name).second) {
      return {StatusCode::kAlreadyExists, "keyspace " + base::Quoted(name) + " already exists"};
    }
  }
  if (names.size() > keyspaces_.room()) {
    return {StatusCode::kInvalidArgument, "an engine makes at most " + std::to_string(KeyspaceTable::kCapacity) +
                                              " keyspaces while it is open; reopen it to make more"};
  }
  return {};
}

Status RocksDbEngine::DropKeyspace(KeyspaceId keyspace) {
  RK_TRY(CheckWritable());
  const std::lock_guard lock(change_keyspaces_);
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr) return NoSuchKeyspace(keyspace);
  RK_TRY(Check(database_->DropColumnFamily(handle), "drop a keyspace of"));
  profile_.stalls().Set(handle->GetName(), StallState::kNone);  // nobody tells of a family that is gone
  keyspaces_.Remove(keyspace);
  return MarkPosition();
}

Status RocksDbEngine::MarkPosition() {
  rocksdb::ColumnFamilyHandle* const family = default_family_.get();
  rocksdb::WriteOptions without_waiting;
  without_waiting.no_slowdown = true;
  Status marked = WriteOutcome(database_->Put(without_waiting, family, "position", ""), "write to");
  if (marked.code() == StatusCode::kBusy) return {};  // then the next write that is let through does it
  RK_TRY(std::move(marked));
  rocksdb::FlushOptions soon = FlushNow();
  soon.wait = false;  // so that logs are not kept for its sake
  return write_failure_.Note(Check(database_->Flush(soon, family), "flush"));
}

Status RocksDbEngine::Flush() {
  if (read_only_) return {};
  RK_TRY(write_failure_.first());
  return write_failure_.Note(Check(database_->Flush(FlushNow(), keyspaces_.Handles()), "flush"));
}

void RocksDbEngine::FlushSoon(KeyspaceId keyspace) {
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr || read_only_) return;
  // Flushes that are waiting already will do; one more could make writers wait.
  std::uint64_t waiting = 0;
  if (!database_->GetIntProperty(handle, rocksdb::DB::Properties::kNumImmutableMemTable, &waiting)) return;
  if (waiting > 0) return;
  rocksdb::FlushOptions options;
  options.wait = false;
  options.allow_write_stall = true;
  // A flush that fails is a background error, which the next write reports.
  static_cast<void>(database_->Flush(options, handle));
}

Status RocksDbEngine::DropFiles(KeyspaceId keyspace, std::string_view lower, std::string_view upper) {
  RK_TRY(CheckWritable());
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr) return NoSuchKeyspace(keyspace);
  // RocksDB drops files whether or not a snapshot needs them. One that is taken from here on needs none.
  std::uint64_t snapshots = 1;
  if (!database_->GetIntProperty(rocksdb::DB::Properties::kNumSnapshots, &snapshots) || snapshots > 0) return {};
  // It forgets to call their blobs garbage, so that blob files stay which no file refers to, and the process ends once
  // the oldest is one of them (github.com/facebook/rocksdb/issues/12208). Compactions count them.
  if (ReferToBlobs(database_.get(), handle, lower, upper)) return {};
  const rocksdb::Slice from = ToSlice(lower);
  const rocksdb::Slice to = ToSlice(upper);
  return Check(rocksdb::DeleteFilesInRange(database_.get(), handle, &from, &to, /*include_end=*/false),
               "drop files of");
}

Status RocksDbEngine::Reclaim(KeyspaceId keyspace, std::string_view lower, std::string_view upper,
                              std::atomic<bool>* cancelled) {
  RK_TRY(CheckWritable());
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr) return NoSuchKeyspace(keyspace);
  const rocksdb::Slice from = ToSlice(lower);
  const rocksdb::Slice to = ToSlice(upper);
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.allow_write_stall = false;
  options.canceled = cancelled;
  const rocksdb::Status compacted = database_->CompactRange(options, handle, &from, &to);
  if (compacted.IsManualCompactionPaused()) return {StatusCode::kInterrupted, "the compaction was stopped"};
  return Check(compacted, "compact");
}

Status RocksDbEngine::FlushKeyspaces(std::span<const KeyspaceId> keyspaces) {
  RK_TRY(CheckWritable());
  RK_TRY(write_failure_.first());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  for (const KeyspaceId keyspace : keyspaces) {
    handles.push_back(keyspaces_.Find(keyspace));
    if (handles.back() == nullptr) return NoSuchKeyspace(keyspace);
  }
  if (handles.empty()) return {};
  return write_failure_.Note(Check(database_->Flush(FlushNow(), handles), "flush"));
}

Result<std::unique_ptr<Intake>> RocksDbEngine::NewIntake() {
  RK_TRY(CheckWritable());
  return OpenRocksIntake({.database = database_.get(),
                          .keyspaces = keyspaces_,
                          .env = *env_,
                          .keeper = *keeper_,
                          .directory = directory_,
                          .write_failure = &write_failure_,
                          .open = &intake_open_});
}

Status RocksDbEngine::Compact() {
  RK_TRY(CheckWritable());
  RK_TRY(Flush());
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  // Every blob that is still wanted moves to a new file, so that none of the old ones is left.
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
  options.blob_garbage_collection_age_cutoff = 1.0;
  for (rocksdb::ColumnFamilyHandle* handle : keyspaces_.Handles()) {
    RK_TRY(Check(database_->CompactRange(options, handle, nullptr, nullptr), "compact"));
  }
  return {};
}

KeyspaceSize RocksDbEngine::SizeOf(KeyspaceId keyspace) const {
  KeyspaceSize size;
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr) return size;
  // A property that is not available stays 0.
  database_->GetIntProperty(handle, rocksdb::DB::Properties::kEstimateNumKeys, &size.estimated_rows);
  database_->GetIntProperty(handle, rocksdb::DB::Properties::kLiveSstFilesSize, &size.disk_bytes);
  std::uint64_t blob_bytes = 0;
  database_->GetIntProperty(handle, rocksdb::DB::Properties::kLiveBlobFileSize, &blob_bytes);
  size.disk_bytes += blob_bytes;
  database_->GetIntProperty(handle, rocksdb::DB::Properties::kCurSizeAllMemTables, &size.memory_bytes);
  return size;
}

EngineSize RocksDbEngine::Size() const {
  EngineSize size;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code gone;  // a file may be deleted meanwhile
    const std::uint64_t bytes = entry->file_size(gone);
    if (gone) continue;
    size.disk_bytes += bytes;
    if (entry->path().extension() == ".log") size.wal_bytes += bytes;
  }
  const std::size_t charged = profile_.write_buffers().dummy_entries_in_cache_usage();
  const std::size_t cached = profile_.cache().GetUsage();
  size.block_cache_bytes = cached > charged ? cached - charged : 0;
  size.memtable_bytes = profile_.write_buffers().memory_usage();
  return size;
}

std::optional<std::uint64_t> RocksDbEngine::FreeBytes() const {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory_, error);
  return error ? std::nullopt : std::optional<std::uint64_t>(space.available);
}

Status RocksDbEngine::Close() {
  if (database_ == nullptr) return {};
  // Makes everything durable and leaves nothing in the log to replay.
  Status outcome = Flush();
  keyspaces_.Clear();
  default_family_.reset();
  Status closed = Check(database_->Close(), "close");
  database_.reset();
  if (keeper_ != nullptr) keeper_->Keep();
  return outcome.ok() ? closed : outcome;
}

}  // namespace rookery::engine
