// Directory routing: every channel has an entry; an unseen one gets its shard from the placement policy.
//
// Invariant: once FindOrPlace has named a channel's shard, every later answer names the same one.
// Lock order: placement_mutex_, then a stripe of the channel table.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "routing/channel_table.h"
#include "routing/placement.h"
#include "routing/router.h"

namespace rookery::routing {

/// Thread-safe; a channel that has its entry costs a shared lock. REQUIRES: the map holds a DirectoryTable.
class DirectoryRouter final : public Router {
 public:
  explicit DirectoryRouter(const ShardMap& shard_map);

  std::optional<ShardId> Find(std::string_view channel) const override;
  WriteRoute FindOrPlace(std::string_view channel) override;
  void EntryStored(std::string_view channel) override { channels_.MarkStored(channel); }
  void Learn(std::string_view channel, ShardId shard) override;
  void NoteWritten(ShardId shard, std::uint64_t bytes) override;
  void NoteNotWritten(ShardId shard, std::uint64_t bytes) override;
  std::vector<ShardLoad> Loads() const override;
  RouteExplanation Explain(std::string_view channel) const override;

 private:
  /// What the policy is asked now. `loads` keeps the input's loads alive.
  PlacementInput InputFor(std::string_view channel, std::vector<ShardLoad>* loads) const RK_REQUIRES(placement_mutex_);
  void Add(std::string_view channel, DirectoryEntry entry) RK_REQUIRES(placement_mutex_);
  bool counts_bytes() const { return table_.placement == Placement::kLeastLoaded; }

  const DirectoryTable& table_;
  ChannelTable channels_;
  std::vector<std::atomic<std::uint64_t>> bytes_written_;  // indexed by shard

  mutable base::Mutex placement_mutex_;
  std::vector<std::uint64_t> channel_counts_ RK_GUARDED_BY(placement_mutex_);  // indexed by shard
  std::uint64_t entries_ RK_GUARDED_BY(placement_mutex_) = 0;
};

}  // namespace rookery::routing
