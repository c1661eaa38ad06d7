// The one place where an error of RocksDB becomes an error of Rookery.
//
// Idea: RocksDB says what failed, the caller here knows what was being done and where; the message says both, and what
// helps. RocksDB tells many causes apart only by the text of errno, so the text is read where the code says too little.
#pragma once

#include <string_view>

#include "rookery/status.h"

namespace rocksdb {
class Status;
}

namespace rookery::engine {

/// `action` completes "cannot ...", such as "write to"; `directory` is where the database lies.
Status Translate(const rocksdb::Status& status, std::string_view action, std::string_view directory);

}  // namespace rookery::engine
