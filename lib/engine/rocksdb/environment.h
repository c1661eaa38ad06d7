// What RocksDB is given as its file system: files that only their owner can read, encrypted if the store is, no table
// whose end is damaged, and none of a directory that took the place of the one that was opened.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/rocksdb/rocksdb_engine.h"

namespace rookery::engine {

class LogList;
class ManifestKeeper;

/// For a database that is written to.
struct FileWatchers {
  std::filesystem::path directory = {};  // of the database, which stays the one that it is; empty: none is watched
  // What is told of the files that RocksDB makes and deletes. Null: nobody is.
  std::shared_ptr<ManifestKeeper> keeper = nullptr;
  std::shared_ptr<LogList> logs = nullptr;
};

/// Must live as long as whatever was opened with it.
std::unique_ptr<rocksdb::Env> NewEnvironment(const RocksDbOptions& options, const FileWatchers& watchers);

}  // namespace rookery::engine
