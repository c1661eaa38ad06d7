// Where channels are, and where they were: the router of now, those of older states, and the keyspaces of all shards.
//
// Idea: a router never changes where a channel is; a reshard job puts another one in its place. While both are in use,
// the rows that they disagree on are kept in both places, so whoever found the one or the other need not look again.
// Only what the older one leads to goes away some time after: a read that began before must notice, see Read.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <utility>

#include "base/fair_shared_mutex.h"
#include "engine/engine.h"
#include "rookery/routing.h"
#include "rookery/types.h"
#include "routing/router.h"

namespace rookery::store {

/// Thread-safe, but for Add and Replace, which one thread at a time may call.
class Routes {
 public:
  /// The present router. Valid as long as the routes, also when another one has taken its place.
  routing::Router& current() const { return *newest_.load(std::memory_order_acquire)->router; }
  routing::Router* operator->() const { return &current(); }
  std::shared_ptr<routing::Router> share() const { return newest_.load(std::memory_order_acquire)->router; }
  /// A snapshot that At names the same router for as long as it lives.
  std::shared_ptr<const engine::Snapshot> NewSnapshot(const engine::Engine& engine) const {
    const std::shared_lock lock(snapshots_);
    return engine.NewSnapshot();
  }
  /// The one that `snapshot` is to be read by; null: the present one.
  const routing::Router& At(const engine::Snapshot* snapshot) const {
    const Generation* generation = newest_.load(std::memory_order_acquire);
    while (snapshot != nullptr && snapshot->sequence() < generation->since) generation = generation->before;
    return *generation->router;
  }

  /// Answers read(router), by the present state if `snapshot` is null: then again, if meanwhile another router took
  /// the place of the one that was read by. Call it without locks.
  template <typename ByRouter>
  auto Read(const engine::Snapshot* snapshot, ByRouter&& read) const {
    for (;;) {
      const routing::Router& router = At(snapshot);
      auto outcome = read(router);
      if (snapshot != nullptr || &router == &current()) return outcome;
    }
  }

  engine::KeyspaceId KeyspaceOf(ShardId shard) const { return keyspaces_[shard.value]; }
  /// Of all shards that the present state or an older one knows, by ShardId; never fewer than before.
  std::span<const engine::KeyspaceId> keyspaces() const {
    return {keyspaces_.data(), count_.load(std::memory_order_acquire)};
  }
  std::uint32_t families() const { return count_.load(std::memory_order_acquire); }
  /// Of the next shard.
  void Add(engine::KeyspaceId keyspace) {
    const std::uint32_t count = count_.load(std::memory_order_relaxed);
    keyspaces_[count] = keyspace;
    count_.store(count + 1, std::memory_order_release);
  }

  /// From now on `router` is the present one, also for snapshots that are taken once something more was written. The
  /// shards that it names have been added; what the one before it leads to is not touched before this has returned.
  void Replace(std::shared_ptr<routing::Router> router, const engine::Engine& engine) {
    const std::lock_guard lock(snapshots_);
    Generation& generation = generations_.emplace_back();
    generation.router = std::move(router);
    generation.before = newest_.load(std::memory_order_relaxed);
    generation.since = generation.before == nullptr ? 0 : engine.NewSnapshot()->sequence() + 1;
    newest_.store(&generation, std::memory_order_release);
  }

 private:
  struct Generation {
    std::shared_ptr<routing::Router> router;
    std::uint64_t since = 0;  // of the sequences of snapshots
    const Generation* before = nullptr;
  };

  // Shared by who takes one: none is taken while a router is replaced. Fair, as there is always somebody who takes one.
  mutable base::FairSharedMutex snapshots_;
  std::atomic<const Generation*> newest_{nullptr};
  std::deque<Generation> generations_;  // kept until the end, as whoever reads may still hold one
  std::array<engine::KeyspaceId, kMaxShards> keyspaces_{};
  std::atomic<std::uint32_t> count_{0};
};

}  // namespace rookery::store
