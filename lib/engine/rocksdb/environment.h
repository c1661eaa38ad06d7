// What RocksDB is given as its file system: files that only their owner can read, encrypted if the store is, and no
// table whose end is damaged.
#pragma once

#include <memory>

#include "engine/rocksdb/rocksdb_engine.h"

namespace rookery::engine {

class LogList;
class ManifestKeeper;

/// What is told of the files that RocksDB makes and deletes. Null: nobody is.
struct FileWatchers {
  std::shared_ptr<ManifestKeeper> keeper = nullptr;
  std::shared_ptr<LogList> logs = nullptr;
};

/// Must live as long as whatever was opened with it.
std::unique_ptr<rocksdb::Env> NewEnvironment(const RocksDbOptions& options, const FileWatchers& watchers);

}  // namespace rookery::engine
