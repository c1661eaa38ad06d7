// A file system on which a log begins only when the one before it is on disk.
//
// Idea: RocksDB goes on in a new log without having synced the old one. After a crash of the machine the new one can be
// there and the end of the old one not: writes would be missing from among others that are kept, and as the log goes as
// far as ever, nobody would notice. So the old one is synced first, by the writer who needs the new one.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

/// For one database, whose logs are the files that end with ".log".
std::shared_ptr<rocksdb::FileSystem> NewOrderedLogs(std::shared_ptr<rocksdb::FileSystem> target);

}  // namespace rookery::engine
