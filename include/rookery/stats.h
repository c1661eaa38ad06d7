// What a store tells about itself: identity, shards and counters.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "rookery/cache.h"
#include "rookery/types.h"

namespace rookery {

/// What was fixed when the store was created, and what it is now.
struct StoreInfo {
  std::string path;
  std::string store_id;  // 32 hex digits, unique to this store
  std::string engine;    // "rocksdb" or "memory"
  std::uint32_t format_version = 0;
  Timestamp created_at;
  Timestamp epoch;       // of message ids
  std::string strategy;  // "hash", "range" or "directory"
  Epoch shard_map_epoch;
  std::uint32_t shards = 0;
  std::uint32_t worker = 0;
};

/// Sizes of one shard as the engine sees them. Estimates: exact counts come from Store::Verify.
struct ShardStats {
  ShardId id;
  std::string name;
  std::uint64_t estimated_rows = 0;  // messages, records and index rows
  std::uint64_t disk_bytes = 0;      // sorted files
  std::uint64_t memory_bytes = 0;    // not yet flushed
};

/// Counted since the store was opened.
struct StoreCounters {
  std::uint64_t messages_posted = 0;
  std::uint64_t posts_deduplicated = 0;  // answered by an earlier message with the same nonce or id
  std::uint64_t messages_edited = 0;
  std::uint64_t messages_deleted = 0;
  std::uint64_t records_written = 0;
  std::uint64_t records_deleted = 0;
  std::uint64_t version_conflicts = 0;
  std::uint64_t bytes_written = 0;    // keys and values handed to the engine
  std::uint64_t message_reads = 0;    // Get, and each key of GetMany
  std::uint64_t page_reads = 0;       // History
  std::uint64_t channels_placed = 0;  // by a directory
};

/// How the id generator fares against the clock.
struct IdStats {
  std::uint64_t clock_steps_back = 0;  // times the clock was seen more than 1 ms earlier than before
  std::uint64_t run_ahead = 0;         // ids made ahead of the clock
  std::uint64_t refused = 0;           // posts answered kBusy because max_clock_lead was reached
  std::chrono::milliseconds lead{0};   // how far the last id is ahead of the clock now
};

struct StoreStats {
  std::vector<ShardStats> shards;
  StoreCounters counters;
  IdStats ids;
  std::uint64_t disk_bytes = 0;  // sorted files and write-ahead log
  std::uint64_t wal_bytes = 0;
  std::uint64_t block_cache_bytes = 0;  // in use
  std::uint64_t memtable_bytes = 0;
  CacheStats cache;                // all 0 without a cache
  std::string unavailable_reason;  // why writes are refused; empty while all is well
};

}  // namespace rookery
