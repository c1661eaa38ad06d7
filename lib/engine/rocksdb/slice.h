// Bytes as RocksDB takes them.
#pragma once

#include <rocksdb/slice.h>

#include <string_view>

namespace rookery::engine {

/// RocksDB takes no null pointer, not even for no bytes: Debian's library aborts on one.
inline rocksdb::Slice ToSlice(std::string_view bytes) {
  return bytes.data() == nullptr ? rocksdb::Slice("", 0) : rocksdb::Slice(bytes.data(), bytes.size());
}

}  // namespace rookery::engine
