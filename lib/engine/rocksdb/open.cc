// Opening a database, step by step: look at the directory, make the options, list the families, open them all.
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/version.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "crypto/file_header.h"
#include "engine/rocksdb/directory.h"
#include "engine/rocksdb/environment.h"
#include "engine/rocksdb/log_list.h"
#include "engine/rocksdb/log_reach.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/manifest_keeper.h"
#include "engine/rocksdb/profile.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "engine/rocksdb/rocksdb_engine_impl.h"
#include "engine/rocksdb/rocksdb_intake.h"
#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {
namespace {

using Mode = RocksDbOptions::Mode;
using LogDamage = RocksDbOptions::LogDamage;
using Families = std::vector<rocksdb::ColumnFamilyDescriptor>;

/// The fewest that RocksDB takes: none is worth opening for a look at the log.
constexpr int kFewTables = 20;

rocksdb::Status CopyFile(rocksdb::Env* env, const std::string& from, const std::string& to) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::unique_ptr<rocksdb::SequentialFile> in;
  std::unique_ptr<rocksdb::WritableFile> out;
  rocksdb::Status status = env->NewSequentialFile(from, &in, rocksdb::EnvOptions());
  if (status.ok()) status = env->NewWritableFile(to, &out, rocksdb::EnvOptions());
  std::string buffer(kPiece, '\0');
  rocksdb::Slice piece(buffer);
  while (status.ok() && !piece.empty()) {
    status = in->Read(buffer.size(), &piece, buffer.data());
    if (status.ok()) status = out->Append(piece);
  }
  if (status.ok()) status = out->Sync();
  if (status.ok()) status = out->Close();
  return status;
}

rocksdb::Status SyncDirectory(rocksdb::Env* env, const std::string& path) {
  std::unique_ptr<rocksdb::Directory> directory;
  const rocksdb::Status status = env->NewDirectory(path, &directory);
  return status.ok() ? directory->Fsync() : status;
}

/// Compactions write tables and blobs again, and RocksDB its manifest when it opens. So that no other file needs an old
/// key for ever, they are written again, too: IDENTITY, an older OPTIONS file, and a log that is only kept because
/// nothing was flushed since. None of them is ever changed. REQUIRES: they have been read.
Status EncryptLastingFiles(const RocksDbOptions& options, const RocksDbEngine::Parts& parts) {
  rocksdb::Env* const env = parts.env.get();
  // The name of a draft of RocksDB's own, which it removes if it is left.
  const std::string draft = parts.directory + "/000000.dbtmp";
  std::vector<std::string> names;
  RK_TRY(Translate(env->GetChildren(parts.directory, &names), "list the files of", parts.directory));
  for (const std::string& name : names) {
    if (name != "IDENTITY" && !name.starts_with("OPTIONS-") && !name.ends_with(".log")) continue;
    const std::string path = parts.directory + "/" + name;
    const std::optional<std::string> key = crypto::ReadKeyId(path);
    if (!key || *key == options.keys->newest_id()) continue;
    rocksdb::Status status = CopyFile(env, path, draft);
    if (status.IsPathNotFound() || status.IsNotFound()) continue;  // RocksDB was quicker to remove it
    if (status.ok()) status = env->RenameFile(draft, path);
    if (status.ok()) status = SyncDirectory(env, parts.directory);
    RK_TRY(Translate(status, "encrypt with another key a file of", parts.directory));
  }
  return {};
}

/// With nothing opened yet.
RocksDbEngine::Parts PartsOf(const std::filesystem::path& directory, const RocksDbOptions& options, Profile profile,
                             const FileWatchers& watchers, bool read_only) {
  return {.directory = directory.string(),
          .prefix = options.prefix,
          .read_only = read_only,
          .keys = options.keys,
          .profile = std::move(profile),
          .keeper = watchers.keeper,
          .env = NewEnvironment(options, watchers),
          .database = nullptr,
          .handles = {}};
}

rocksdb::DBOptions OptionsFor(Mode mode, LogDamage damage, const RocksDbEngine::Parts& parts) {
  rocksdb::DBOptions options = parts.profile.database();
  if (damage == LogDamage::kEndsIt) options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.env = parts.env.get();
  // Whatever the overrides say: creating is for empty directories, which CheckDirectory has seen to.
  options.create_if_missing = mode == Mode::kCreate;
  options.error_if_exists = mode == Mode::kCreate;
  options.create_missing_column_families = false;
  return options;
}

Result<Families> ListFamilies(const rocksdb::DBOptions& options, const RocksDbEngine::Parts& parts, Mode mode) {
  std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
  if (mode != Mode::kCreate) {
    names.clear();
    RK_TRY(Translate(rocksdb::DB::ListColumnFamilies(options, parts.directory, &names), "open", parts.directory));
  }
  Families families;
  const rocksdb::ColumnFamilyOptions family = parts.profile.family(names.size());
  for (const std::string& name : names) families.emplace_back(name, family);
  return families;
}

Status OpenFamilies(const rocksdb::DBOptions& options, const Families& families, RocksDbEngine::Parts* parts) {
#if ROCKSDB_MAJOR >= 11
  std::unique_ptr<rocksdb::DB>* const target = &parts->database;
#else
  rocksdb::DB* database = nullptr;
  rocksdb::DB** const target = &database;
#endif
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status status =
      parts->read_only ? rocksdb::DB::OpenForReadOnly(options, parts->directory, families, &handles, target)
                       : rocksdb::DB::Open(options, parts->directory, families, &handles, target);
#if ROCKSDB_MAJOR < 11
  parts->database.reset(database);
#endif
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    parts->handles.emplace_back(handle, HandleRelease{parts->database.get()});
  }
  return Translate(status, "open", parts->directory);
}

/// What the tables have of the family of this name.
Status ReadAll(std::string_view name, const RocksDbEngine::Parts& parts, std::map<std::string, std::string>* rows) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.total_order_seek = true;
  for (const Handle& handle : parts.handles) {
    if (handle->GetName() != name) continue;
    const std::unique_ptr<rocksdb::Iterator> row(parts.database->NewIterator(options, handle.get()));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      rows->insert_or_assign(row->key().ToString(), row->value().ToString());
    }
    RK_TRY(Translate(row->status(), "read", parts.directory));
  }
  return {};
}

/// Whether RocksDB, which has been opened, came to the end of all logs that it needed.
bool HasReadAll(const LogReach& reach, const RocksDbEngine::Parts& parts) {
  std::uint64_t oldest = 0;
  parts.database->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &oldest);
  for (const std::string& name : LogNamesIn(parts.directory)) {
    const std::uint64_t number = NumberOfLog(name).value_or(0);
    std::uint64_t bytes = 0;
    if (number < oldest) continue;
    if (!parts.env->GetFileSize(parts.directory + "/" + name, &bytes).ok() || bytes != reach.BytesOf(number)) {
      return false;
    }
  }
  return true;
}

std::string FindUnnamedTable(const RocksDbEngine::Parts& parts) {
  std::vector<rocksdb::LiveFileMetaData> live;
  parts.database->GetLiveFilesMetaData(&live);
  std::set<std::string> named;
  for (const rocksdb::LiveFileMetaData& file : live) named.insert(file.relative_filename);
  std::vector<std::string> names;
  if (!parts.env->GetChildren(parts.directory, &names).ok()) return {};
  const auto unnamed = [&](const std::string& name) { return name.ends_with(".sst") && !named.contains(name); };
  const auto found = std::find_if(names.begin(), names.end(), unnamed);
  return found == names.end() ? std::string() : *found;
}

}  // namespace

Status CheckRocksDbOptions(const RocksDbOptions& options) { return Profile::Make(options).status(); }

Result<std::unique_ptr<Engine>> OpenRocksDbEngine(const std::filesystem::path& directory,
                                                  const RocksDbOptions& options) {
  RK_ASSIGN_OR_RETURN(Profile profile, Profile::Make(options));
  RK_TRY(CheckDirectory(directory, options.mode));
  const bool read_only = options.mode == Mode::kReadOnly;
  FileWatchers watchers;
  if (!read_only) {
    watchers = {.directory = directory,
                .keeper = std::make_shared<ManifestKeeper>(directory, options.logger, options.keys),
                .logs = std::make_shared<LogList>(directory, options.logger)};
  }
  RocksDbEngine::Parts parts = PartsOf(directory, options, std::move(profile), watchers, read_only);
  const rocksdb::DBOptions database = OptionsFor(options.mode, options.log_damage, parts);
  if (options.mode != Mode::kCreate) RK_TRY(CheckLog(database.wal_dir.empty() ? parts.directory : database.wal_dir));
  RK_ASSIGN_OR_RETURN(const Families families, ListFamilies(database, parts, options.mode));
  RK_TRY(OpenFamilies(database, families, &parts));
  // Only now: what was opened is the store's, and nobody else has it.
  if (!parts.read_only) {
    RemoveIntakeDirectory(parts.env.get(), parts.directory);
    if (options.keys != nullptr) RK_TRY(EncryptLastingFiles(options, parts));
    watchers.keeper->Keep();
    watchers.logs->Follow([database = parts.database.get()] { return database->GetLatestSequenceNumber(); });
  }
  return std::unique_ptr<Engine>(std::make_unique<RocksDbEngine>(std::move(parts)));
}

Result<RocksDbPosition> FindRocksDbPosition(const std::filesystem::path& directory, const RocksDbOptions& options,
                                            std::string_view wanted) {
  RK_ASSIGN_OR_RETURN(Profile profile, Profile::Make(options));
  RK_TRY(CheckDirectory(directory, Mode::kReadOnly));
  RocksDbEngine::Parts parts = PartsOf(directory, options, std::move(profile), {}, /*read_only=*/true);
  rocksdb::DBOptions database = OptionsFor(Mode::kReadOnly, options.log_damage, parts);
  RK_TRY(CheckLog(database.wal_dir.empty() ? parts.directory : database.wal_dir));
  // All families, though nothing is read from them: one by itself would pass over logs that only others need.
  RK_ASSIGN_OR_RETURN(const Families families, ListFamilies(database, parts, Mode::kReadOnly));
  LogReach reach(ReadLogList(directory), wanted);
  database.wal_filter = &reach;
  database.max_open_files = kFewTables;
  RK_TRY(OpenFamilies(database, families, &parts));
  RK_TRY(reach.order());
  const std::uint64_t in_tables = parts.database->GetLatestSequenceNumber();
  RocksDbPosition found{.position = std::max(in_tables, reach.position()),
                        .in_tables = in_tables,
                        .in_logs = reach.position(),
                        .logs_are_whole = HasReadAll(reach, parts)};
  for (const PositionRange& gap : reach.gaps()) {
    if (gap.last > in_tables) found.gaps.push_back({std::max(gap.first, in_tables + 1), gap.last});
  }
  if (!found.gaps.empty()) found.unnamed_table = FindUnnamedTable(parts);
  for (const rocksdb::ColumnFamilyDescriptor& family : families) found.keyspaces.push_back(family.name);
  RK_TRY(ReadAll(wanted, parts, &found.rows));
  reach.Replay(&found.rows);
  return found;
}

}  // namespace rookery::engine
