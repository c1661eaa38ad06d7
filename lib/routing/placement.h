// How a directory chooses the shard of a channel that it has not seen: one pure function per policy, found by a table.
//
// A policy decides from its input alone, and its input is restored when a store is reopened: placement goes on as if
// the store had never been closed. Ties go to the lowest shard.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rookery/routing.h"
#include "rookery/types.h"
#include "routing/router.h"

namespace rookery::routing {

/// All that a policy may go by.
struct PlacementInput {
  std::string_view channel;
  std::span<const ShardLoad> loads;        // one per shard, at least one
  std::span<const std::uint32_t> weights;  // one per shard; 0: it takes no new channels, but not all
  std::uint64_t entries = 0;               // of the directory, all shards together
};

/// "round-robin", "weighted", "least-loaded", "hash"; "unknown" for a value that is not in the enum.
std::string_view PlacementName(Placement placement);
bool IsPlacement(Placement placement);

/// REQUIRES: IsPlacement(placement).
ShardId Place(Placement placement, const PlacementInput& input);
/// Why `shard` is what Place answered, in words that begin with the policy's name.
std::string WhyPlaced(Placement placement, const PlacementInput& input, ShardId shard);

}  // namespace rookery::routing
