// The words of a routing decision: what every strategy's Explain is put together from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rookery/routing.h"
#include "rookery/types.h"
#include "routing/shard_map.h"

namespace rookery::routing {

/// "xxh3_64 = 0x0123456789abcdef".
std::string HashText(std::string_view channel);

/// The strategy's own steps, and as the last one the shard and the map's epoch.
RouteExplanation ExplanationOf(const ShardMap& map, std::string_view channel, ShardId shard,
                               std::vector<RouteStep> steps);

}  // namespace rookery::routing
