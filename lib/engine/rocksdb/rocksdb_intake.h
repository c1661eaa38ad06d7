// An intake of the RocksDB engine: files in a directory of its own below the database's, and external tables.
//
// Idea: RocksDB does not look into directories below its own, so what a crash leaves there harms nothing and is known
// by the directory's name. Ingesting links the tables into the database's directory, so it must be on the same file
// system.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "engine/engine.h"
#include "engine/rocksdb/failure_latch.h"
#include "engine/rocksdb/keyspace_table.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rocksdb {
class Env;
}

namespace rookery::engine {

/// What an intake needs of its engine, which outlives it.
struct RocksIntakeParts {
  rocksdb::DB* database;
  const KeyspaceTable& keyspaces;
  rocksdb::Env& env;
  ManifestKeeper& keeper;
  const std::string& directory;  // the database's
  FailureLatch* write_failure;
  std::atomic<bool>* open;  // whether the engine has one
};

Result<std::unique_ptr<Intake>> OpenRocksIntake(const RocksIntakeParts& parts);

/// Removes what an intake that did not end well has left, as far as that is possible. REQUIRES: there is none open.
void RemoveIntakeDirectory(rocksdb::Env* env, const std::string& database_directory);

}  // namespace rookery::engine
