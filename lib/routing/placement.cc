#include "routing/placement.h"

#include <array>
#include <cstddef>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "routing/channel_hash.h"
#include "routing/route_steps.h"

namespace rookery::routing {
namespace {

/// The shards that take channels.
std::vector<std::uint32_t> OpenShards(const PlacementInput& input) {
  std::vector<std::uint32_t> open;
  for (std::uint32_t shard = 0; shard < input.weights.size(); ++shard) {
    if (input.weights[shard] > 0) open.push_back(shard);
  }
  return open;
}

/// The lowest of them for which no other one is less.
template <typename Less>
ShardId LowestShard(const PlacementInput& input, Less less) {
  const std::vector<std::uint32_t> open = OpenShards(input);
  std::uint32_t lowest = open.front();
  for (const std::uint32_t shard : open) {
    if (less(shard, lowest)) lowest = shard;
  }
  return ShardId{lowest};
}

ShardId Modulo(std::uint64_t number, const PlacementInput& input) {
  const std::vector<std::uint32_t> open = OpenShards(input);
  return ShardId{open[number % open.size()]};
}

/// " mod 4 shards = 3", or of those that are open the third.
std::string ModuloText(const PlacementInput& input, ShardId shard) {
  const std::size_t open = OpenShards(input).size();
  const std::string what = open == input.loads.size() ? " shards = " : " open shards: shard ";
  return " mod " + std::to_string(open) + what + std::to_string(shard.value);
}

ShardId RoundRobin(const PlacementInput& input) { return Modulo(input.entries, input); }

std::string WhyRoundRobin(const PlacementInput& input, ShardId shard) {
  return std::to_string(input.entries) + " entries" + ModuloText(input, shard);
}

ShardId FewestForWeight(const PlacementInput& input) {
  // (channels + 1) / weight, compared without dividing.
  return LowestShard(input, [&](std::size_t a, std::size_t b) {
    return (input.loads[a].channels + 1) * input.weights[b] < (input.loads[b].channels + 1) * input.weights[a];
  });
}

std::string WhyFewestForWeight(const PlacementInput& input, ShardId shard) {
  return base::ShardName(shard) +
         " has the fewest channels for its weight: " + std::to_string(input.loads[shard.value].channels) + " for " +
         std::to_string(input.weights[shard.value]);
}

ShardId LeastLoaded(const PlacementInput& input) {
  // Channels break the tie: they spread the channels of a burst that comes before any of its bytes are counted.
  const auto load = [&](std::size_t shard) {
    return std::tuple(input.loads[shard].bytes_written, input.loads[shard].channels);
  };
  return LowestShard(input, [&](std::size_t a, std::size_t b) { return load(a) < load(b); });
}

std::string WhyLeastLoaded(const PlacementInput& input, ShardId shard) {
  const ShardLoad& load = input.loads[shard.value];
  return base::ShardName(shard) + " has the fewest bytes written: " + std::to_string(load.bytes_written) + ", in " +
         std::to_string(load.channels) + " channels";
}

ShardId ByHash(const PlacementInput& input) { return Modulo(HashOf(input.channel), input); }

std::string WhyByHash(const PlacementInput& input, ShardId shard) {
  return HashText(input.channel) + ModuloText(input, shard);
}

struct Policy {
  std::string_view name;
  ShardId (*place)(const PlacementInput& input);
  std::string (*why)(const PlacementInput& input, ShardId shard);
};

// Indexed by Placement.
constexpr std::array<Policy, 4> kPolicies{{
    {"round-robin", RoundRobin, WhyRoundRobin},
    {"weighted", FewestForWeight, WhyFewestForWeight},
    {"least-loaded", LeastLoaded, WhyLeastLoaded},
    {"hash", ByHash, WhyByHash},
}};

const Policy& PolicyOf(Placement placement) { return kPolicies.at(static_cast<std::size_t>(placement)); }

}  // namespace

bool IsPlacement(Placement placement) { return static_cast<std::size_t>(placement) < kPolicies.size(); }

std::string_view PlacementName(Placement placement) {
  return IsPlacement(placement) ? PolicyOf(placement).name : "unknown";
}

ShardId Place(Placement placement, const PlacementInput& input) { return PolicyOf(placement).place(input); }

std::string WhyPlaced(Placement placement, const PlacementInput& input, ShardId shard) {
  const Policy& policy = PolicyOf(placement);
  return std::string(policy.name) + ": " + policy.why(input, shard);
}

}  // namespace rookery::routing
