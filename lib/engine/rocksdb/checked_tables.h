// A file system that hands no table to RocksDB whose end is damaged, and the ends as they were checked: table_end.h
// says why.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

/// `target` has tables as RocksDB writes them: not encrypted.
std::shared_ptr<rocksdb::FileSystem> NewCheckedTables(std::shared_ptr<rocksdb::FileSystem> target);

}  // namespace rookery::engine
