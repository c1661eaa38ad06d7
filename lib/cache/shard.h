// A part of the cache: a table that readers search without a lock, and the lock under which everything else happens.
//
// Invariants, under the lock: an entry is in the table exactly if the policy knows it; bytes_ is the sum of the charges
// of the entries in the table; what was unlinked stays in retired_ until no reader can see it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "cache/cache_clock.h"
#include "cache/epoch.h"
#include "cache/lease.h"
#include "cache/open_writes.h"
#include "cache/policy.h"
#include "cache/table.h"
#include "cache/touch.h"

namespace rookery::cache {

/// Why an entry left.
enum class Removal : std::uint8_t { kSize, kExpired, kWritten, kReplaced, kCrowded };
inline constexpr std::size_t kRemovals = 5;

/// What the shards of a cache have in common. Outlives them.
struct ShardContext {
  using HashFunction = std::uint64_t (*)(std::string_view key, std::uint64_t seed);

  CachePolicy policy;
  std::uint64_t seed;
  HashFunction hash;
  CacheClock clock;
  EpochDomain epochs;

  Key KeyOf(std::string_view bytes) const { return {bytes, hash(bytes, seed)}; }
};

struct ShardCounters {
  std::array<std::uint64_t, kFillOutcomes> fills{};
  std::array<std::uint64_t, kRemovals> removals{};
  std::array<std::uint64_t, kEntryKinds> entries{};  // now
  std::uint64_t write_inserts = 0;                   // put there by a write
  std::size_t bytes = 0;                             // entries and tables
  std::size_t retired_bytes = 0;                     // unlinked, and perhaps still looked at
};

class alignas(64) Shard final : private EntryInfo {
 public:
  Shard(ShardContext* context, std::size_t capacity);
  ~Shard() override;
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // --- Readers. REQUIRES: within an epoch ------------------------------------------------------------------------
  Entry* Find(const Key& key) const { return table_.load(std::memory_order_seq_cst)->Find(key); }
  /// Notes a hit. `random`: any bits.
  void Touch(const Key& key, Entry* entry, std::uint32_t random) {
    if (touch_ == cache::Touch::kOrder) return TouchInOrder(key, entry);
    ApplyTouch(touch_, entry, policy_clock_.load(std::memory_order_relaxed), random);
  }
  Lease LeaseOf(const Key& key) const;

  /// Whether what was read under the lease may be put into the cache; `own_writes`: of the caller, under way.
  Fill CheckLease(const Key& key, const Lease& lease, std::uint64_t own_writes) const;

  // --- Changes. Thread-safe; must not be called within an epoch ------------------------------------------------------
  /// Takes the entry, which must have the key, in any case. `check()` says, under the lock, whether it may be put
  /// there. kBlock entries replace what is there.
  template <typename Check>
  Fill Put(const Key& key, Entry* entry, Check&& check);
  /// Drops what is there.
  void Erase(const Key& key);
  /// A write under the key's lease is about to be given to the store. Drops what the key has; a block is set
  /// aside.
  WriteTicket BeginWrite(const Key& key);
  /// The write is done, or has failed. The last one puts the block back, as changed by all of them; see OpenWrites.
  /// `rows`: what it wrote.
  /// Throws nothing: without memory there is no block.
  void EndWrite(const Key& key, std::span<const std::uint64_t> rows, const BlockChange& change);

  void SetCapacity(std::size_t bytes);
  void Clear();
  ShardCounters Read() const;

 private:
  std::uint64_t HashOf(const Entry& entry) const override { return context_.KeyOf(entry.key()).hash(); }
  std::size_t ChargeOf(const Entry& entry) const override { return entry.charge(); }

  struct Retired {
    std::uint64_t stamp;
    Entry* entry;
    std::unique_ptr<Table> table;
    std::size_t bytes;
  };

  void TouchInOrder(const Key& key, Entry* entry);
  /// Moves the lease of the key and the number of writes under way; returns what it is now.
  Control Bump(const Key& key, int pending) RK_REQUIRES(mutex_);
  /// Takes the entry if it is put there.
  Fill PutLocked(const Key& key, OwnedEntry* entry, Fill allowed) RK_REQUIRES(mutex_);
  /// Whether there is room for such an entry at all.
  Fill CheckRoom(const Entry& entry) const RK_REQUIRES(mutex_);
  void PutBack(const Key& key, Block block) RK_REQUIRES(mutex_);
  /// `expiry`: 0: when a new entry expires.
  void Insert(const Key& key, OwnedEntry entry, std::uint32_t expiry) RK_REQUIRES(mutex_);
  /// Drops what the policy still knows / what it has picked.
  void Drop(Entry* entry, Removal removal) RK_REQUIRES(mutex_);
  void Unlink(Entry* entry, Removal removal) RK_REQUIRES(mutex_);
  /// Evicts until `charge` more bytes fit, or there is nothing left to evict.
  void MakeRoom(std::size_t charge) RK_REQUIRES(mutex_);
  bool Fits(std::size_t charge) const RK_REQUIRES(mutex_) { return FitsBeside(table().memory_bytes(), charge); }
  bool FitsBeside(std::size_t table_bytes, std::size_t charge) const RK_REQUIRES(mutex_);
  void GrowTable() RK_REQUIRES(mutex_) { ReplaceTable(table().NextHomes()); }
  void ReplaceTable(std::size_t homes) RK_REQUIRES(mutex_);
  /// Drops expired entries of the next few buckets.
  void Sweep() RK_REQUIRES(mutex_);
  void Retire(Retired retired) RK_REQUIRES(mutex_);
  void Collect() RK_REQUIRES(mutex_);
  Table& table() const { return *table_.load(std::memory_order_relaxed); }

  ShardContext& context_;
  const std::unique_ptr<Policy> policy_ RK_GUARDED_BY(mutex_);
  const cache::Touch touch_;
  std::atomic<std::uint32_t> policy_clock_{0};
  std::atomic<Table*> table_;  // owned

  alignas(64) mutable base::Mutex mutex_;
  std::size_t capacity_ RK_GUARDED_BY(mutex_);
  OpenWrites writes_ RK_GUARDED_BY(mutex_);
  std::vector<Retired> retired_ RK_GUARDED_BY(mutex_);
  std::size_t collect_at_count_ RK_GUARDED_BY(mutex_) = 0;
  std::size_t collect_at_bytes_ RK_GUARDED_BY(mutex_) = 0;
  std::size_t sweep_bucket_ RK_GUARDED_BY(mutex_) = 0;
  ShardCounters counters_ RK_GUARDED_BY(mutex_);  // bytes: of entries only
};

template <typename Check>
Fill Shard::Put(const Key& key, Entry* entry, Check&& check) {
  OwnedEntry owned(entry);  // goes after the lock
  const base::MutexLock lock(mutex_);
  return PutLocked(key, &owned, check());
}

}  // namespace rookery::cache
