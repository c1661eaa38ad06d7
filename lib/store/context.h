// What the parts of an open store share: its engine, its routes and the constants fixed at open.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "codec/id_generator.h"
#include "engine/engine.h"
#include "rookery/clock.h"
#include "rookery/options.h"
#include "rookery/types.h"
#include "store/admission.h"
#include "store/buckets/bucket_map.h"
#include "store/counters.h"
#include "store/memory_plan.h"
#include "store/read_cache.h"
#include "store/routes.h"
#include "store/striped_locks.h"
#include "store/turnstile.h"
#include "store/witness.h"
#include "store/write_gate.h"

namespace rookery::store {

class Mirror;

/// Owned by StoreImpl, which outlives all who hold a reference. The members but one are set once; each is
/// thread-safe by itself.
struct Context {
  std::unique_ptr<WriteGate> gate;  // before the engine, whose listener it is
  std::unique_ptr<engine::Engine> engine;
  std::function<void(const Status&)> on_failure;  // StoreOptions::on_failure
  std::unique_ptr<Witness> witness;               // null: none, as in a read-only store
  Routes routes;
  std::unique_ptr<codec::IdGenerator> ids;
  std::shared_ptr<const Clock> clock;
  engine::KeyspaceId catalog;
  Timestamp epoch;  // of message ids
  Limits limits;
  Durability durability = Durability::kBuffered;
  bool read_only = false;
  std::uint64_t quota_bytes = 0;  // of the disk; 0: all
  mutable Counters counters;
  std::unique_ptr<ReadCache> cache;      // null: none
  std::shared_ptr<Admission> admission;  // null: no limits; of all cells of a store
  MemoryPlan memory;
  std::unique_ptr<BucketMap> buckets;
  std::atomic<Mirror*> mirror{nullptr};  // of the reshard job under way; null: there is none
  Turnstile turnstile;  // closed while somebody holds all channels, for who takes one or few (channel_guard.h)
  mutable ChannelLocks channel_locks;

  /// All snapshots are taken here, so that each has its router.
  std::shared_ptr<const engine::Snapshot> NewSnapshot() const { return routes.NewSnapshot(*engine); }
  /// So much is about to be written to the shard.
  void NoteWritten(ShardId shard, std::uint64_t bytes) const {
    routes->NoteWritten(shard, bytes);
    counters.bytes_to_shard[shard.value].Add(bytes);
  }
  /// What may be added before the disk, or the quota, is full. nullopt: nobody can tell.
  std::optional<std::uint64_t> FreeBytes() const {
    const auto free = engine->FreeBytes();
    if (quota_bytes == 0) return free;
    const std::uint64_t left = quota_bytes - std::min(quota_bytes, engine->Size().disk_bytes);
    return std::min(left, free.value_or(left));
  }
  engine::KeyspaceId KeyspaceOf(ShardId shard) const { return routes.KeyspaceOf(shard); }
  /// What a message and its attachments are a part of.
  routing::Part PartOf(std::string_view channel, MessageId id) const { return {channel, buckets->rule().BucketOf(id)}; }
  /// Where they are; nullopt: the channel has no place.
  std::optional<ShardId> FindMessage(const routing::Router& router, std::string_view channel, MessageId id) const {
    return router.spreads() ? router.FindPart(PartOf(channel, id)) : router.Find(channel);
  }
  /// Where to write them. `home`: what the channel's route said.
  ShardId PlaceMessage(const routing::Router& router, ShardId home, std::string_view channel, MessageId id) const {
    return router.spreads() && router.SpreadOf(channel) ? *FindMessage(router, channel, id) : home;
  }
};

}  // namespace rookery::store
