// Which shard map a change of shards leads to, and what has to move for it: computed from the map there is and from
// what the channels hold. Pure; the one place that knows how each strategy splits, merges and evens out.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rookery/reshard.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "routing/shard_map.h"

namespace rookery::routing {

struct BucketWeight {
  std::uint64_t bucket = 0;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
};
/// What a channel holds, and where.
struct ChannelWeight {
  std::string channel;
  ShardId shard;
  std::uint64_t messages = 0;  // in that shard: none if it is spread
  std::uint64_t bytes = 0;
  std::vector<BucketWeight> buckets = {};  // of one that is spread, or is to be
};

/// A new map, and what is not in it.
struct Target {
  ShardMap map;                                          // its epoch is the next one
  std::vector<std::pair<std::string, ShardId>> entries;  // of a directory, those that are new or another's; by channel
};

/// Calls visit(shard, messages, bytes) for all that the channel holds, part by part.
template <typename Visit>
void VisitParts(const ShardMap& map, const ChannelWeight& channel, Visit&& visit) {
  const Spread* spread = map.SpreadOf(channel.channel);
  if (spread == nullptr) return visit(channel.shard, channel.messages, channel.bytes);
  for (const BucketWeight& one : channel.buckets) visit(spread->ShardOf(one.bucket), one.messages, one.bytes);
}
/// What each shard of `map` holds.
std::vector<std::uint64_t> BytesByShard(const ShardMap& map, std::span<const ChannelWeight> channels);

/// `channels`: all that hold something, sorted by name. `bucket_width`: by which a channel is spread. kInvalidArgument,
/// naming what is wrong: the request does not fit the map, or what the channels hold leaves nothing to do it with.
Result<Target> PlanTarget(const ShardMap& map, std::span<const ChannelWeight> channels, const ReshardRequest& request,
                          std::chrono::milliseconds bucket_width);

/// What `target` moves.
ReshardPlan PlanOf(const ShardMap& map, std::span<const ChannelWeight> channels, const Target& target);

}  // namespace rookery::routing
