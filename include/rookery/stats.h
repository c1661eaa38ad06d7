// What a store tells about itself: identity, shards and counters; and the same as named metrics, for monitoring and for
// other processes.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/admission.h"
#include "rookery/cache.h"
#include "rookery/export.h"
#include "rookery/status.h"
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
  std::chrono::milliseconds bucket_width{0};  // of StoreOptions::bucket_width when it was created
};

/// Sizes of one shard as the engine sees them. Estimates: exact counts come from Store::Verify.
struct ShardStats {
  ShardId id;                        // in its cell
  std::string name;                  // such as "shard-0003"; in another cell than the main one "dm/shard-0003"
  std::uint64_t estimated_rows = 0;  // messages, records and index rows
  std::uint64_t disk_bytes = 0;      // sorted files
  std::uint64_t memory_bytes = 0;    // not yet flushed
};

/// What a channel holds. Exact.
struct ChannelSize {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;  // keys and values of the messages, before compression; neither records nor attachments
};

/// Counted since the store was opened.
struct StoreCounters {
  std::uint64_t messages_posted = 0;
  std::uint64_t posts_deduplicated = 0;  // answered by an earlier message with the same nonce or id
  std::uint64_t messages_edited = 0;
  std::uint64_t messages_deleted = 0;
  std::uint64_t records_written = 0;
  std::uint64_t records_deleted = 0;
  std::uint64_t attachments_stored = 0;
  std::uint64_t attachments_deleted = 0;      // by themselves, with their message or by replacing
  std::uint64_t attachment_bytes_stored = 0;  // of their content
  std::uint64_t attachment_reads = 0;         // GetAttachment
  std::uint64_t uploads_removed = 0;          // that were cancelled, or not finished when the store was opened
  std::uint64_t version_conflicts = 0;
  std::uint64_t bytes_written = 0;    // keys and values handed to the engine
  std::uint64_t message_reads = 0;    // Get, and each key of GetMany
  std::uint64_t page_reads = 0;       // History
  std::uint64_t channels_placed = 0;  // by a directory
  std::uint64_t buckets_cut = 0;      // removed by one range deletion, as nothing lived in them any more
};

/// How the id generator fares against the clock.
struct IdStats {
  std::uint64_t clock_steps_back = 0;  // times the clock was seen more than 1 ms earlier than before
  std::uint64_t run_ahead = 0;         // ids made ahead of the clock
  std::uint64_t refused = 0;           // posts answered kBusy because max_clock_lead was reached
  std::chrono::milliseconds lead{0};   // how far the last id is ahead of the clock now
};

/// What retention removed since the store was opened.
struct RetentionStats {
  std::uint64_t rules = 0;  // that hold now
  std::uint64_t runs = 0;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;            // of these, before compression
  std::uint64_t compactions = 0;      // to give their space back, a shard each
  std::optional<Timestamp> last_run;  // when the last one ended
  std::string paused_reason;          // why it does not run by itself, or its last run failed; else empty
};

/// Whether the engine takes writes as they come.
enum class StallState : std::uint8_t {
  kNone,
  kDelayed,  // more slowly, as flushes or compactions fall behind
  kStopped,
};

/// How the engine holds up writes: docs/tuning.md says why it does and what helps.
struct StallStats {
  StallState state = StallState::kNone;
  std::string shard;   // whose files or memory are the cause; empty while all is well
  std::string reason;  // such as "21 files in level 0, 1 memtable to flush, 0 bytes to compact"
  Timestamp since;     // of `state`; means nothing while all is well
  std::chrono::milliseconds delayed_time{0};
  std::chrono::milliseconds stopped_time{0};
  std::uint64_t writes_waited = 0;   // calls that had to wait for the engine
  std::uint64_t writes_refused = 0;  // of these: answered kBusy at their deadline
};

/// A part of the store's memory (StoreOptions::memory), in bytes.
struct MemoryPart {
  std::string part;  // "block_cache", "memtables", "message_cache", "mailboxes", "loaders" or "bucket_map"
  std::uint64_t budget = 0;
  std::uint64_t used = 0;
};

struct StoreStats {
  std::vector<ShardStats> shards;
  StoreCounters counters;
  IdStats ids;
  std::uint64_t disk_bytes = 0;  // sorted files and write-ahead log
  std::uint64_t wal_bytes = 0;
  std::uint64_t block_cache_bytes = 0;  // in use
  std::uint64_t memtable_bytes = 0;
  RetentionStats retention;
  CacheStats cache;  // all 0 without a cache
  StallStats stall;
  AdmissionStats admission;
  std::vector<MemoryPart> memory;
  std::string unavailable_reason;  // why writes are refused; empty while all is well
};

enum class MetricKind : std::uint8_t {
  kCounter,  // only grows, from 0 when the store was opened
  kGauge,    // as it is now
};
enum class MetricUnit : std::uint8_t { kCount, kBytes, kRatio, kMilliseconds };

/// One number of StoreStats under a name that stays, such as "cache_value_hits". The texts live as long as the program.
struct Metric {
  std::string_view name;
  std::string_view help;  // a line, without a full stop
  MetricKind kind = MetricKind::kCounter;
  MetricUnit unit = MetricUnit::kCount;
  double value = 0;
};

/// Calls visit() for every metric, in an order that stays: what an exporter for a monitoring system needs. Shards and
/// hot channels are not among them.
ROOKERY_EXPORT void VisitMetrics(const StoreStats& stats, const std::function<void(const Metric&)>& visit);

/// What the process that has, or last had, a store open for writing told others.
struct PublishedStats {
  StoreStats stats;
  Timestamp opened_at;
  Timestamp published_at;
  bool closed = false;  // told when it closed the store
};

/// Reads what a store published last (StoreOptions::stats_interval), whether or not it is open; takes no lock. Absent:
/// it never did. kCorruption: the file cannot be understood.
ROOKERY_EXPORT Result<std::optional<PublishedStats>> ReadPublishedStats(const std::filesystem::path& store);

}  // namespace rookery
