// What lies in the directory of a database, looked at before RocksDB is let in.
//
// Idea: RocksDB that is told to create and finds no file CURRENT takes the directory for empty and deletes the files of
// the database that was there. So creation is only ever allowed where nothing is, and a database without CURRENT is
// damage. Nothing here deletes or renames.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Makes sure that RocksDB may open (or create) a database in `directory`, and makes the directory for kCreate.
/// kCreate: kAlreadyExists if there is a database, kCorruption if there are remnants of one, kNotAStore if something
/// else is there. kOpen, kReadOnly: kNotAStore if there is nothing of a database, kCorruption if CURRENT is missing,
/// kIoError if a pipe or a device is there.
Status CheckDirectory(const std::filesystem::path& directory, RocksDbOptions::Mode mode);

/// kCorruption if the directory of a database's logs has none: a database has one at all times, also when it is closed,
/// and RocksDB opens one without as if nothing had been in it.
Status CheckLog(const std::filesystem::path& directory);

/// What lies in the directory and is neither a file nor a directory: who reads a pipe may wait for ever.
std::vector<std::filesystem::path> FindStrangeFiles(const std::filesystem::path& directory);

/// Whether a file of this name is a table, a blob file, a log or a MANIFEST.
bool HoldsData(const std::filesystem::path& file);

}  // namespace rookery::engine
