// A file system that has the manifest kept before a file of the database is deleted.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

class ManifestKeeper;

/// Everything goes to `target`. Before it deletes a table, a blob file, a log or a MANIFEST, `keeper` keeps.
std::shared_ptr<rocksdb::FileSystem> NewKeepingFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                          std::shared_ptr<ManifestKeeper> keeper);

}  // namespace rookery::engine
