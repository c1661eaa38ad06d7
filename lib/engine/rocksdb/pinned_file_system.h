// A file system that touches no file by its name once the directory is not the one any more that was opened.
//
// Idea: RocksDB finds its files by their names, and makes, deletes and reads some long after it was opened. If the
// directory was moved meanwhile, and another database lies in its place, those are its files: so before each it is
// looked whether the directory of this name is still the same one.
#pragma once

#include <filesystem>
#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

/// `directory`: pinned when the first file in it is touched. Errors are IOError, and say that it was moved.
std::shared_ptr<rocksdb::FileSystem> NewPinnedFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                         std::filesystem::path directory);

}  // namespace rookery::engine
