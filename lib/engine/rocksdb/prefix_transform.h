// The part of a key that filters go by, and when a range of keys may be read by it.
//
// Invariant: reading by prefix gives the same rows as reading in total order. RocksDB promises that only while every
// sought key has the prefix of the rows; WithinOnePrefix says when a cursor's bounds guarantee it.
#pragma once

#include <memory>
#include <string_view>

#include "engine/rocksdb/rocksdb_engine.h"

namespace rocksdb {
class SliceTransform;
}

namespace rookery::engine {

/// Null if the rule has no function.
std::shared_ptr<const rocksdb::SliceTransform> NewPrefixTransform(const PrefixRule& rule);

/// True if every key in [lower, upper) begins with the prefix of `lower`, and `upper` itself has that prefix or none.
bool WithinOnePrefix(const PrefixRule& rule, std::string_view lower, std::string_view upper);

}  // namespace rookery::engine
