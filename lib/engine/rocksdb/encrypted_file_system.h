// A file system whose files are encrypted: each has a header (crypto/file_header.h) and behind it the data, combined
// with the key stream of the file. RocksDB sees names, sizes and offsets as if there were no header.
//
// Invariant: a key stream is never used twice. A file is written once, by whoever made it, from its beginning to its
// end; one that is made again under the same name, or in place of an old log, gets a new header. What would break this
// is refused: writing behind what a reopened file holds, at an offset, after cutting it, through memory. Direct writes,
// which write a block that is not full again, are done through the system's cache.
//
// Nothing is ever read as if it were not encrypted. A file whose header was not finished is one that a crash has left:
// to who reads it from the beginning, as logs are read, it is empty.
#pragma once

#include <memory>
#include <string>

#include "crypto/key_ring.h"

namespace rocksdb {
class FileSystem;
}

namespace rookery::engine {

/// REQUIRES: `keys` is not null.
std::shared_ptr<rocksdb::FileSystem> NewEncryptedFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                            std::shared_ptr<const crypto::KeyRing> keys);

}  // namespace rookery::engine
