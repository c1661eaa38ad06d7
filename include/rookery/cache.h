// The read cache of a store: its options, and what it tells about itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery {

/// Which entry goes when the cache is full. docs/cache.md compares them on real traces.
enum class CachePolicy : std::uint8_t {
  kAdaptive,  // two queues and a frequency sketch: resists scans and loops; the best all-round choice
  kLru,       // least recently used, by sampling: a hit costs one store
  kExactLru,  // least recently used, exactly: a hit costs a lock
  kLfu,       // least frequently used, aged, as counts that never age keep what was popular long ago
  kFifo,      // oldest first
  kRandom,
};

/// What a write does to the cache. In both modes no read is ever stale, and windows follow every write.
enum class WriteMode : std::uint8_t {
  kThrough,  // what was written is put into the cache: good when single messages are read soon after
  kAround,   // what was written is dropped from the cache, and comes back when it is read: writes cost less
};

/// Get, GetMany and History of a Store are answered from it; records and reads of a Snapshot are not.
struct CacheOptions {
  /// Bytes, headers and tables included: at least 1 MiB; 0: no cache. Default: its part of StoreOptions::memory;
  /// without that 64 MiB, or less where memory is scarce.
  std::optional<std::size_t> capacity = {};
  CachePolicy policy = CachePolicy::kAdaptive;
  WriteMode write_mode = WriteMode::kAround;
  /// How long an entry may serve; absent: until it is evicted. At least a second.
  std::optional<std::chrono::seconds> ttl = {};
  /// Newest messages kept of a channel that is read, as one block; 0: no windows; at most 1024. Longer pages, older
  /// ones and those around a message are read from the engine.
  std::size_t window = 64;
};

/// A channel that is read often, by a sample of the reads.
struct HotChannel {
  std::string channel;
  std::uint64_t reads = 0;  // about, since the store was opened
};

/// Counted since the store was opened, but for what says now.
struct CacheStats {
  std::size_t capacity_bytes = 0;  // now
  std::size_t used_bytes = 0;      // now: entries, headers and tables
  std::size_t retired_bytes = 0;   // now: evicted, and not yet freed as a reader may look at it

  // Entries, now.
  std::uint64_t values = 0;
  std::uint64_t absences = 0;  // "there is no such message"
  std::uint64_t windows = 0;

  // Reads.
  std::uint64_t value_hits = 0;
  std::uint64_t absent_hits = 0;
  std::uint64_t window_hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t expired = 0;  // of the misses: found, but too old

  // What reads put there, and why they could not.
  std::uint64_t fills = 0;              // values, absences and windows; in kThrough also what writes put there
  std::uint64_t refused_written = 0;    // a write began since the store was read
  std::uint64_t refused_pending = 0;    // a write was under way
  std::uint64_t refused_present = 0;    // another reader had put it there
  std::uint64_t refused_too_large = 0;  // more than an eighth of a shard of the cache
  std::uint64_t refused_resized = 0;    // the table grew since the store was read
  std::uint64_t refused_full = 0;       // readers hold too much of what was evicted
  std::uint64_t write_inserts = 0;      // windows that writes brought up to date

  // Why entries left.
  std::uint64_t evicted_size = 0;
  std::uint64_t evicted_expired = 0;
  std::uint64_t evicted_written = 0;   // a write to the key
  std::uint64_t evicted_replaced = 0;  // by a larger window
  std::uint64_t evicted_crowded = 0;   // no room near its place in the table

  // One read of the store for many callers.
  std::uint64_t flights = 0;    // reads of the store that others could join
  std::uint64_t joined = 0;     // callers who waited for another's read
  std::uint64_t abandoned = 0;  // of these: gave up waiting
  std::uint64_t bypassed = 0;   // reads beside a write under way, which nobody may join

  /// What the hit ratio would be at half, the same and double the capacity, 0..1, by a sample of the keys; means
  /// nothing while estimate_samples is small.
  double hit_ratio_at_half = 0;
  double hit_ratio_at_same = 0;
  double hit_ratio_at_double = 0;
  std::uint64_t estimate_samples = 0;

  std::vector<HotChannel> hot_channels;  // most read first

  std::uint64_t hits() const { return value_hits + absent_hits + window_hits; }
  /// 0..1; 0 while nothing was read.
  double hit_ratio() const {
    const std::uint64_t reads = hits() + misses;
    return reads == 0 ? 0 : static_cast<double>(hits()) / static_cast<double>(reads);
  }
};

}  // namespace rookery
