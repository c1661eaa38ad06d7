// The read cache: bytes by key, within a strict capacity, never stale.
//
// A hit takes no lock: it marks an epoch, searches one bucket and copies. Everything else goes through the lock of one
// of the shards. What keeps it from serving old values is the protocol of leases and writes (lease.h, docs/cache.md): a
// reader who misses takes a lease before it reads the store and may put what it read into the cache only if no write
// came between; a writer announces its keys before the store has the write, and again after.
//
// It knows no message and does no IO. The hot path is in this header to be inlined.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/capacity_estimate.h"
#include "cache/entry.h"
#include "cache/epoch.h"
#include "cache/key.h"
#include "cache/lease.h"
#include "cache/shard.h"
#include "rookery/cache.h"
#include "rookery/clock.h"

namespace rookery::cache {

struct CacheConfig {
  std::size_t capacity = 0;  // bytes, > 0
  CachePolicy policy = CachePolicy::kAdaptive;
  std::optional<std::chrono::milliseconds> ttl = {};
  std::shared_ptr<const Clock> clock = nullptr;  // null: the system's, monotonic
  std::size_t shards = 0;                        // a power of two, at most 256; 0: by capacity and processors
  std::uint64_t seed = 0;                        // 0: random, as it should be but in tests
  ShardContext::HashFunction hash = nullptr;     // null: the default; for tests of collisions
};

/// Thread-safe. What it calls back may call LeaseWithin and nothing else of it.
class Cache {
 public:
  explicit Cache(const CacheConfig& config);
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  Key KeyOf(std::string_view bytes) const { return context_.KeyOf(bytes); }

  /// Calls on_hit(entry) if the key is there; it says whether the entry served. The entry is valid during the call
  /// only, which should copy and return: memory cannot be freed meanwhile. False, and counted as a miss: it is not
  /// there, has expired, or did not serve.
  template <typename OnHit>
  bool Find(const Key& key, OnHit&& on_hit);

  /// As Find, but counts nothing and does not count as a use.
  template <typename OnHit>
  bool Peek(const Key& key, OnHit&& on_hit);

  /// To be taken before the store is read.
  Lease LeaseOf(const Key& key);
  /// The same, for what Find and Peek call back.
  Lease LeaseWithin(const Key& key) { return ShardOf(key).LeaseOf(key); }
  /// Offers what was read. kValue or kAbsent; the bytes are copied. `lease_key`: whose the lease is. It may be another
  /// key's, if every write that changes this one is announced by that one too: begun before this one is erased.
  Fill Put(const Key& key, const Key& lease_key, const Lease& lease, EntryKind kind, std::string_view value);
  /// Puts what a write under way has stored, if it is the only one to `lease_key`.
  Fill PutWritten(const Key& key, const Key& lease_key, const WriteTicket& ticket, std::string_view value);
  /// Offers a shared object; replaces the one that is there.
  Fill PutBlock(const Key& key, const Lease& lease, Block block);

  /// A write under the lease of `key`: begin before the store has it; then Erase every other key that it changes; end
  /// after the store has it or has refused it. See Shard.
  WriteTicket BeginWrite(const Key& key) { return ShardOf(key).BeginWrite(key); }
  void EndWrite(const Key& key, std::span<const std::uint64_t> rows, const BlockChange& change) {
    ShardOf(key).EndWrite(key, rows, change);
  }
  void Erase(const Key& key) { ShardOf(key).Erase(key); }

  /// At run time; evicts in portions.
  void SetCapacity(std::size_t bytes);
  /// Drops everything.
  void Clear();
  /// Fills in what the cache knows of CacheStats.
  void AddTo(CacheStats* stats) const;

 private:
  Fill PutUnder(const Key& key, const Key& lease_key, const Lease& lease, std::uint64_t own_writes, Entry* entry);
  Shard& ShardOf(const Key& key) { return *shards_[key.shard() & shard_mask_]; }

  ShardContext context_;
  std::size_t shard_mask_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::atomic<std::size_t> capacity_;
  CapacityEstimate estimate_;
};

template <typename OnHit>
bool Cache::Find(const Key& key, OnHit&& on_hit) {
  const EpochDomain::Guard guard(&context_.epochs);
  ReadCounters& counters = guard.counters();
  Shard& shard = ShardOf(key);
  Entry* const entry = shard.Find(key);
  if (entry == nullptr) {
    ReadCounters::Increment(&counters.misses);
    return false;
  }
  if (context_.clock.Expired(entry->expiry)) {
    ReadCounters::Increment(&counters.misses);
    ReadCounters::Increment(&counters.expired);
    return false;
  }
  if (!on_hit(static_cast<const Entry&>(*entry))) {
    ReadCounters::Increment(&counters.misses);
    return false;
  }
  auto& hits = counters.hits[static_cast<std::size_t>(entry->kind)];
  ReadCounters::Increment(&hits);
  shard.Touch(key, entry, static_cast<std::uint32_t>(hits.load(std::memory_order_relaxed) * 0x9E3779B9U));
  if (estimate_.Sampled(key.hash())) [[unlikely]]
    estimate_.Note(key.hash(), entry->charge());
  return true;
}

template <typename OnHit>
bool Cache::Peek(const Key& key, OnHit&& on_hit) {
  const EpochDomain::Guard guard(&context_.epochs);
  const Entry* const entry = ShardOf(key).Find(key);
  if (entry == nullptr || context_.clock.Expired(entry->expiry)) return false;
  on_hit(*entry);
  return true;
}

}  // namespace rookery::cache
