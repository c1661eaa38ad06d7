// Where retention cuts a channel, told from its buckets alone: a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rookery/retention.h"
#include "rookery/types.h"
#include "store/buckets/channel_buckets.h"

namespace rookery::store {

/// The bucket in which a limit of number or bytes is reached, and what of it, from its newest message on, may stay.
/// Buckets that are older go whole.
struct RetentionEdge {
  std::uint64_t bucket = 0;
  std::uint64_t keep_messages = 0;
  std::uint64_t keep_bytes = 0;
};

/// nullopt: the channel has no more than it may. `buckets`: newest first, all of them counted.
std::optional<RetentionEdge> EdgeOf(const std::vector<Bucket>& buckets, const RetentionLimits& limits);

/// The first id that may stay for its age. `epoch`: of message ids.
MessageId OldestKept(const RetentionLimits& limits, Timestamp now, Timestamp epoch);

}  // namespace rookery::store
