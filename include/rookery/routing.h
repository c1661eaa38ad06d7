// How channels are spread over shards: chosen when a store is created, explained by Store::Explain, changed by
// rookery/reshard.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rookery/types.h"

namespace rookery {

/// The most shards that a store may have.
inline constexpr std::uint32_t kMaxShards = 4096;

/// xxh3_64(channel) mod 4096 names a slot, a table maps slots to shards. Even without knowing the channels: the
/// default.
struct HashRouting {
  std::uint32_t shards = 16;
};

/// Shard i holds the channels c with splits[i-1] <= c < splits[i], compared as bytes: n split points make n + 1 shards.
/// Neighbouring names stay together. The split points are sorted, unique and not empty.
struct RangeRouting {
  std::vector<std::string> splits;
};

/// How a directory chooses the shard of a channel that it has not seen before.
enum class Placement : std::uint8_t {
  kRoundRobin = 0,
  kWeighted = 1,     // the shard with the fewest channels for its weight
  kLeastLoaded = 2,  // the shard into which the fewest bytes were written
  kHash = 3,         // xxh3_64(channel) mod shards
};

/// Every channel has an entry that names its shard; an unseen channel is placed by a policy and remembered together
/// with its first write.
struct DirectoryRouting {
  std::uint32_t shards = 16;
  Placement placement = Placement::kLeastLoaded;
  std::vector<std::uint32_t> weights = {};                    // kWeighted: one per shard, at least 1
  std::vector<std::pair<std::string, ShardId>> entries = {};  // channels whose shard is given from the start
};

using Routing = std::variant<HashRouting, RangeRouting, DirectoryRouting>;

/// The cell in the store's own directory (rookery/cells.h). It is always there, has the channels that no other cell
/// has, and holds the catalog of the others.
inline constexpr std::string_view kMainCell = "main";

/// One step of a routing decision, such as {"slot", "2907"}.
struct RouteStep {
  std::string name;
  std::string detail;
};

/// Why a channel is where it is.
struct RouteExplanation {
  std::string channel;
  std::string cell = std::string(kMainCell);
  std::string strategy;  // "hash", "range" or "directory"
  Epoch epoch;
  ShardId shard;
  std::string shard_name;
  bool placed = true;  // false: an unseen channel of a directory, `shard` is where its first write would go now
  std::vector<RouteStep> steps;
};

}  // namespace rookery
