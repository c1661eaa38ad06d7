// Makes errors of RocksDB's background work final and heard.
//
// Idea: after a failed flush RocksDB 7.8 can resume by itself, on a thread of its own, once the disk has space again.
// The store promises something simpler: after a failed write, writes are refused until it is reopened. So recovery is
// off, and the store is told at once, not by its next write. It also tells the stall monitor which families hold up
// writes.
#pragma once

#include <memory>

#include "rookery/logger.h"

namespace rocksdb {
class EventListener;
}

namespace rookery::engine {

class FailureRelay;
class StallMonitor;

/// `logger` may be null.
std::shared_ptr<rocksdb::EventListener> NewErrorListener(std::shared_ptr<Logger> logger,
                                                         std::shared_ptr<StallMonitor> stalls,
                                                         std::shared_ptr<FailureRelay> failures);

}  // namespace rookery::engine
