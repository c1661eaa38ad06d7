// A file system whose new files only their owner can read: files 0600, directories 0700.
//
// Idea: RocksDB opens the files it makes with mode 0644. Each is therefore made here first, with the right mode, and
// then opened by RocksDB, which leaves the mode of a file that exists alone. Nothing of the process (umask) is touched.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

/// REQUIRES: `target` keeps its files in the operating system's file system, under the same names.
std::shared_ptr<rocksdb::FileSystem> NewPrivateFileSystem(std::shared_ptr<rocksdb::FileSystem> target);

}  // namespace rookery::engine
