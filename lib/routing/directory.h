// A directory in memory: where its channels are and were, and what the placement policies go by. Shared by the routers
// of one store whose maps are directories, so that a channel that one of them places has its place in all.
//
// Lock order: placement_mutex_, then a stripe of the channel table.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "routing/channel_table.h"
#include "routing/placement.h"
#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::routing {

/// Thread-safe.
class Directory {
 public:
  std::optional<DirectoryEntry> Find(std::string_view channel, Epoch epoch) const {
    return channels_.Find(channel, epoch);
  }
  /// The entry in `epoch`; a channel that has none is placed by `table`.
  DirectoryEntry FindOrPlace(std::string_view channel, Epoch epoch, const DirectoryTable& table);
  void MarkStored(std::string_view channel) { channels_.MarkStored(channel); }
  /// An entry as it was stored; the first of a channel counts.
  void Learn(std::string_view channel, ShardId shard);
  /// As ChannelTable::Move.
  void Move(std::string_view channel, DirectoryMove move);
  std::pair<ShardId, std::vector<DirectoryMove>> HistoryOf(std::string_view channel) const {
    return channels_.HistoryOf(channel);
  }
  /// Forgets a channel whose entry never was stored.
  void Forget(std::string_view channel);
  void VisitNames(const std::function<void(const std::vector<std::string>& channels)>& visit) const {
    channels_.VisitNames(visit);
  }

  void NoteWritten(ShardId shard, std::uint64_t bytes) {
    bytes_written_[shard.value].fetch_add(bytes, std::memory_order_relaxed);
  }
  void NoteNotWritten(ShardId shard, std::uint64_t bytes) {
    bytes_written_[shard.value].fetch_sub(bytes, std::memory_order_relaxed);
  }
  /// Of the first `shards` shards.
  std::vector<ShardLoad> Loads(std::size_t shards) const;

  /// What a policy would do for a channel, and why; nothing is placed.
  struct Choice {
    ShardId shard;
    std::string why;
  };
  Choice WouldPlace(std::string_view channel, const DirectoryTable& table) const;

 private:
  /// What the policy is asked now. `loads` keeps the input's loads alive.
  PlacementInput InputFor(std::string_view channel, const DirectoryTable& table, std::vector<ShardLoad>* loads) const
      RK_REQUIRES(placement_mutex_);
  std::vector<ShardLoad> LoadsNow(std::size_t shards) const RK_REQUIRES(placement_mutex_);
  void Add(std::string_view channel, DirectoryEntry entry) RK_REQUIRES(placement_mutex_);

  ChannelTable channels_;
  std::array<std::atomic<std::uint64_t>, kMaxShards> bytes_written_{};

  mutable base::Mutex placement_mutex_;
  // By where a channel will be, once all its moves have come to pass.
  std::array<std::uint64_t, kMaxShards> channel_counts_ RK_GUARDED_BY(placement_mutex_){};
  std::uint64_t entries_ RK_GUARDED_BY(placement_mutex_) = 0;
};

}  // namespace rookery::routing
