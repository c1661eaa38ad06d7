#include "engine/rocksdb/environment.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <utility>

#include "engine/rocksdb/cautious_file_system.h"
#include "engine/rocksdb/checked_tables.h"
#include "engine/rocksdb/encrypted_file_system.h"
#include "engine/rocksdb/keeping_file_system.h"
#include "engine/rocksdb/ordered_logs.h"
#include "engine/rocksdb/pinned_file_system.h"
#include "engine/rocksdb/private_file_system.h"
#include "engine/rocksdb/torn_manifest.h"

namespace rookery::engine {

std::unique_ptr<rocksdb::Env> NewEnvironment(const RocksDbOptions& options, const FileWatchers& watchers) {
  rocksdb::Env* const base = options.env != nullptr ? options.env : rocksdb::Env::Default();
  std::shared_ptr<rocksdb::FileSystem> files = NewOrderedLogs(NewPrivateFileSystem(base->GetFileSystem()));
  if (watchers.keeper != nullptr) files = NewKeepingFileSystem(std::move(files), watchers);
  if (options.keys != nullptr) files = NewEncryptedFileSystem(std::move(files), options.keys);
  if (watchers.keeper != nullptr) files = NewCautiousFileSystem(std::move(files));
  if (options.log_damage == RocksDbOptions::LogDamage::kEndsIt) files = NewTornManifests(std::move(files));
  files = NewCheckedTables(std::move(files));
  if (!watchers.directory.empty()) files = NewPinnedFileSystem(std::move(files), watchers.directory);
  return rocksdb::NewCompositeEnv(std::move(files));
}

}  // namespace rookery::engine
