// Which shards may give channels away, and which may take some, between two maps.
#pragma once

#include <vector>

#include "routing/shard_map.h"

namespace rookery::routing {

/// By shard, of as many as the larger map has.
struct Movement {
  std::vector<bool> gives;
  std::vector<bool> takes;
};

/// Exact for two hash maps and for two range maps; if there is a directory, or if the strategies differ, any shard may.
Movement MovementBetween(const ShardMap& before, const ShardMap& after);

}  // namespace rookery::routing
