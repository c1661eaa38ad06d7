// A file system that deletes no data any more once it is not certain what the MANIFEST says.
//
// Idea: RocksDB takes an edit of the MANIFEST whose write or sync failed for one that is not there, and removes the
// tables that it names. But it may be there, all of it: then the database could not be opened again. What is left
// without need is removed by the next opening, which knows what the MANIFEST says.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

std::shared_ptr<rocksdb::FileSystem> NewCautiousFileSystem(std::shared_ptr<rocksdb::FileSystem> target);

}  // namespace rookery::engine
