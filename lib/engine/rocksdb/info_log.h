// RocksDB's own log, led to the application's logger or to nowhere; never to a file.
#pragma once

#include <memory>

#include "rookery/logger.h"

namespace rocksdb {
class Logger;
}

namespace rookery::engine {

/// Hands on warnings and errors under the component "engine". Without a logger RocksDB is told to be silent.
std::shared_ptr<rocksdb::Logger> NewInfoLog(std::shared_ptr<Logger> logger);

}  // namespace rookery::engine
