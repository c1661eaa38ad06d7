// A file system that has the manifest kept before a file of the database is deleted, and notes which logs there are.
#pragma once

#include <memory>

#include "engine/rocksdb/environment.h"

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

/// Everything goes to `target`. Before it deletes a table, a blob file, a log or a MANIFEST, the keeper keeps; logs
/// that are made, and such that are deleted, are noted. REQUIRES: both watchers are there.
std::shared_ptr<rocksdb::FileSystem> NewKeepingFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                          FileWatchers watchers);

}  // namespace rookery::engine
