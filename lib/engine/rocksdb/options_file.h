// The files OPTIONS-nnnnnn of a database: what RocksDB says of how it was opened. Nothing of Rookery reads them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/rocksdb/rocksdb_engine.h"

namespace rookery::engine {

bool HasOptionsFile(const std::filesystem::path& directory);

/// The names of those that RocksDB could not read, and of the newest if it has fewer than so many families.
std::vector<std::string> DamagedOptionsFiles(const std::filesystem::path& directory, std::size_t families,
                                             const RocksDbOptions& options);

}  // namespace rookery::engine
