// A file system that leaves out the end of a MANIFEST that a crash of the machine has torn.
//
// Idea: RocksDB takes a record that is cut short for the end of its MANIFEST, but refuses one whose bytes are others
// than were written, as a disk may leave what was not synced. What was not synced was acted upon by nobody.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

/// REQUIRES: the machine went down since the database was written to. Damage before the last whole record is left in.
std::shared_ptr<rocksdb::FileSystem> NewTornManifests(std::shared_ptr<rocksdb::FileSystem> target);

}  // namespace rookery::engine
