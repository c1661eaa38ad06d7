// The live-bucket map of the store: the buckets of every channel that was written to or looked at lately, in memory;
// those of the others in rows of the shards.
//
// Idea: a write touches memory only. The first one to a bucket since its row was written brings a mark with it, in its
// own batch: the row is behind. Checkpoints write the rows of what is dirty and take the marks away; what a crash
// leaves marked is counted anew when somebody asks (bucket_keeper.h).
//
// Lock order: remaking(), the channel's stripe, the map's; no IO happens under the map's.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "engine/engine.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/buckets/bucket_rule.h"
#include "store/buckets/bucket_table.h"
#include "store/buckets/channel_buckets.h"
#include "store/routes.h"

namespace rookery::store {

/// Thread-safe.
class BucketMap {
 public:
  /// Who may have left marks: a session that writes has taken those of the one before away when it began.
  enum class Marks { kOwn, kForeign };

  /// Engine and routes must outlive it. `capacity_bytes`: what may stay in memory of channels whose rows are up to
  /// date.
  BucketMap(const engine::Engine* engine, const Routes* routes, BucketRule rule, Marks marks,
            std::size_t capacity_bytes)
      : engine_(*engine), routes_(*routes), rule_(rule), marks_(marks), capacity_per_part_(capacity_bytes / kParts) {}

  const BucketRule& rule() const { return rule_; }
  /// Held by who makes rows anew, or adds to them what came by another way than a post: from before the map is not
  /// complete until it is again. Who has it finds the map complete, or without anybody who will make it so. Locked
  /// before channels.
  base::Mutex& remaking() { return remaking_; }
  /// Whether every bucket that holds something has its row; else nobody may conclude anything from the map.
  bool complete() const { return complete_.load(std::memory_order_acquire); }
  /// False: somebody makes it complete again, or gives it up.
  void SetComplete(bool complete);
  /// It is not complete, and nobody makes it so before a repair or the next opening.
  void GiveUp(const Status& cause);
  /// Why it cannot be asked. kBusy: it is being made anew; kUnavailable: it was given up. REQUIRES: it was not
  /// complete.
  Status NotComplete() const;

  /// Runs `use` on the channel's buckets, which are made if there are none, with the map's lock held: no IO in it.
  template <typename Use>
  auto With(std::string_view channel, Use&& use) {
    const std::uint64_t hash = HashOf(channel);
    Part& part = PartOf(hash);
    const base::MutexLock lock(part.mutex);
    return use(Entered(&part, channel, hash).buckets);
  }
  /// The same, loaded before.
  template <typename Use>
  auto WithLoaded(std::string_view channel, Use&& use) -> Result<decltype(use(std::declval<ChannelBuckets&>()))> {
    const std::uint64_t hash = HashOf(channel);
    for (;;) {
      std::uint64_t generation = 0;
      {
        Part& part = PartOf(hash);
        const base::MutexLock lock(part.mutex);
        BucketEntry& entry = Entered(&part, channel, hash);
        if (entry.buckets.loaded()) return use(entry.buckets);
        generation = entry.generation;
      }
      Status status = Load(channel, generation);
      if (!status.ok()) return status;
    }
  }

  static std::uint64_t HashOf(std::string_view channel);
  /// Brings the memory near that With reads for the channels with these hashes, all at once: there it would wait for
  /// one line after the other.
  void Prefetch(std::span<const std::uint64_t> hashes);

  /// Rows of the channel were written or removed: what a loader has read before is void. Call it with the channel's
  /// lock held exclusively.
  void RowsChanged(std::string_view channel);
  /// Forgets everything, of a shard whose rows were made anew. REQUIRES: nobody writes.
  void Clear();

  /// Up to `limit` channels with buckets that are dirty, of each part of the map those that were here longest first.
  /// Another part's come first every time, so that none is left behind.
  std::vector<std::string> DirtyChannels(std::size_t limit);
  /// Whether more is dirty than should be in memory.
  bool crowded() const { return crowded_.load(std::memory_order_relaxed); }
  std::size_t memory_bytes() const;

 private:
  struct alignas(64) Part {
    mutable base::Mutex mutex;
    BucketTable entries RK_GUARDED_BY(mutex);
    std::deque<BucketEntry*> order RK_GUARDED_BY(mutex);  // of all entries, oldest first: a clock's hand
    std::size_t bytes RK_GUARDED_BY(mutex) = 0;
  };
  static constexpr std::size_t kParts = std::size_t{1} << BucketTable::kHashBitsSpent;

  Part& PartOf(std::uint64_t hash) { return parts_[hash % kParts]; }
  static std::size_t BytesOf(const BucketEntry& entry);
  BucketEntry& Entered(Part* part, std::string_view channel, std::uint64_t hash) RK_REQUIRES(part->mutex);
  void MakeRoom(Part* part) RK_REQUIRES(part->mutex);
  Status Load(std::string_view channel, std::uint64_t generation);

  const engine::Engine& engine_;
  const Routes& routes_;
  const BucketRule rule_;
  const Marks marks_;
  const std::size_t capacity_per_part_;
  std::atomic<std::uint64_t> generations_{0};
  std::atomic<std::size_t> first_part_{0};  // of the next DirtyChannels
  std::atomic<bool> crowded_{false};
  std::atomic<bool> complete_{true};
  base::Mutex remaking_;
  std::atomic<std::shared_ptr<const Status>> failure_;  // why it was given up last; null: it was not
  std::array<Part, kParts> parts_;
};

}  // namespace rookery::store
