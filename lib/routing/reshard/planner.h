// How one strategy changes its shards: one implementation per strategy.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rookery/reshard.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "routing/reshard/plan.h"
#include "routing/shard_map.h"

namespace rookery::routing {

using Channels = std::span<const ChannelWeight>;

/// Used once. The map and the channels outlive it; the shards that a request names exist. kInvalidArgument: what is
/// asked for does not fit the strategy, or there is nothing to do it with.
class Planner {
 public:
  virtual ~Planner() = default;
  virtual Result<Target> Plan(const ResizeShards& request) = 0;
  virtual Result<Target> Plan(const SplitShard& request) = 0;
  virtual Result<Target> Plan(const MergeShards& request) = 0;
  virtual Result<Target> Plan(const RebalanceShards& request) = 0;
  virtual Result<Target> Plan(const MoveChannel& request) = 0;
  virtual Result<Target> Plan(const MoveSlots& request) = 0;
  virtual Result<Target> Plan(const MoveRange& request) = 0;
};

std::unique_ptr<Planner> NewHashPlanner(const ShardMap& map, Channels channels);
std::unique_ptr<Planner> NewRangePlanner(const ShardMap& map, Channels channels);
std::unique_ptr<Planner> NewDirectoryPlanner(const ShardMap& map, Channels channels);

// --- What they share
// --------------------------------------------------------------------------------------------------

Status InvalidRequest(std::string message);
std::uint64_t WeightOf(const ChannelWeight& channel, ShardWeight by);
/// Those below `shards`, of so many or more.
std::vector<bool> OpenBelow(std::uint32_t shards, std::uint32_t of);
/// For what is split off: the lowest shard that owns nothing, or one more than there are. kInvalidArgument: there are
/// as many as there may be.
Result<ShardId> NewShard(const std::vector<bool>& owns);
/// Those that hold buckets of spread channels own something.
void NoteSpreads(std::span<const Spread> spreads, std::vector<bool>* owns);
/// As they are once a shard was merged into another one.
std::vector<Spread> Merged(std::vector<Spread> spreads, const MergeShards& merge);
/// How many shards are left if the highest that own nothing go.
std::uint32_t ShardsLeft(const std::vector<bool>& owns);

}  // namespace rookery::routing
