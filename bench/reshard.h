// Changing the shards of a store that holds the chat: how fast rows are copied, and what callers notice of it.
#pragma once

#include <cstdint>
#include <memory>

#include "bench/contender.h"
#include "bench/entrant.h"
#include "bench/worker.h"

namespace rookery::bench {

/// Twice as many shards: half of the channels move.
inline constexpr std::uint32_t kShardsAfter = 2 * kShards;

/// Raw RocksDB: the rows of the channels that move, from shard to shard, by a cursor and batches of 256 KiB. Metrics
/// "copied_rows" and "copied_bytes" per second.
std::unique_ptr<Task> NewRawCopyTask(const Ground& ground);

}  // namespace rookery::bench
