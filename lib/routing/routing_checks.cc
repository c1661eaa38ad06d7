// The checks of a Routing that a caller gives: by itself, and against the store that is there.
#include <algorithm>
#include <unordered_set>

#include "base/macros.h"
#include "base/text.h"
#include "routing/placement.h"
#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::routing {
namespace {

Status Invalid(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

std::string Element(std::string_view list, std::size_t index) {
  return "routing." + std::string(list) + "[" + std::to_string(index) + "]";
}

Status CheckShards(std::uint64_t shards) {
  if (shards >= 1 && shards <= kMaxShards) return {};
  return Invalid("routing.shards: " + std::to_string(shards) + " is not in 1.." + std::to_string(kMaxShards));
}

Status CheckName(const std::string& field, std::string_view name) {
  if (name.empty()) return Invalid(field + ": is empty; it has 1 to " + std::to_string(kMaxChannelBytes) + " bytes");
  if (name.size() <= kMaxChannelBytes) return {};
  return Invalid(field + ": has " + std::to_string(name.size()) + " bytes, more than " +
                 std::to_string(kMaxChannelBytes));
}

Status Check(const HashRouting& routing) { return CheckShards(routing.shards); }

Status Check(const RangeRouting& routing) {
  if (routing.splits.size() >= kMaxShards) {
    return Invalid("routing.splits: " + std::to_string(routing.splits.size()) + " split points make more than " +
                   std::to_string(kMaxShards) + " shards");
  }
  for (std::size_t i = 0; i < routing.splits.size(); ++i) {
    RK_TRY(CheckName(Element("splits", i), routing.splits[i]));
    if (i > 0 && routing.splits[i] <= routing.splits[i - 1]) {
      return Invalid(Element("splits", i) + ": " + base::Quoted(routing.splits[i]) + " does not sort after " +
                     base::Quoted(routing.splits[i - 1]) + "; split points are sorted by their bytes, each once");
    }
  }
  return {};
}

Status CheckWeights(const DirectoryRouting& routing) {
  const auto& weights = routing.weights;
  if (routing.placement != Placement::kWeighted) {
    if (weights.empty()) return {};
    return Invalid("routing.weights: are given, but placement is " + std::string(PlacementName(routing.placement)) +
                   "; leave them out or choose weighted");
  }
  if (weights.size() != routing.shards) {
    return Invalid("routing.weights: " + std::to_string(weights.size()) + " weights for " +
                   std::to_string(routing.shards) + " shards; give one per shard");
  }
  const auto zero = std::find(weights.begin(), weights.end(), 0U);
  if (zero == weights.end()) return {};
  return Invalid(Element("weights", static_cast<std::size_t>(zero - weights.begin())) +
                 ": is 0; it must be at least 1");
}

Status CheckEntries(const DirectoryRouting& routing) {
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < routing.entries.size(); ++i) {
    const auto& [channel, shard] = routing.entries[i];
    RK_TRY(CheckName(Element("entries", i) + ", the channel", channel));
    if (shard.value >= routing.shards) {
      return Invalid(Element("entries", i) + ": shard " + std::to_string(shard.value) + " of channel " +
                     base::Quoted(channel) + " is not below routing.shards, " + std::to_string(routing.shards));
    }
    if (!seen.insert(channel).second) {
      return Invalid(Element("entries", i) + ": channel " + base::Quoted(channel) + " has an entry before");
    }
  }
  return {};
}

Status Check(const DirectoryRouting& routing) {
  RK_TRY(CheckShards(routing.shards));
  if (!IsPlacement(routing.placement)) {
    return Invalid("routing.placement: " + std::to_string(static_cast<int>(routing.placement)) + " is not a placement");
  }
  RK_TRY(CheckWeights(routing));
  return CheckEntries(routing);
}

std::string ShardsText(const ShardMap& map) {
  return std::to_string(map.shards) + (map.shards == 1 ? " shard" : " shards");
}

std::string TextOf(const HashTable&, const ShardMap& map) { return "hash over " + ShardsText(map); }

std::string TextOf(const RangeTable& table, const ShardMap& map) {
  std::string text = "range over " + ShardsText(map);
  for (std::size_t i = 0; i < table.splits.size() && i < 4; ++i) {
    text += (i == 0 ? ", split at " : ", ") + base::Quoted(table.splits[i], 24);
  }
  return table.splits.size() > 4 ? text + ", ..." : text;
}

std::string TextOf(const DirectoryTable& table, const ShardMap& map) {
  std::string text = "directory over " + ShardsText(map) + ", placement " + std::string(PlacementName(table.placement));
  if (table.placement != Placement::kWeighted) return text;
  for (std::size_t i = 0; i < table.weights.size() && i < 16; ++i) {
    text += (i == 0 ? " " : ":") + std::to_string(table.weights[i]);
  }
  return table.weights.size() > 16 ? text + ":..." : text;
}

std::string TextOf(const ShardMap& map) {
  return std::visit([&](const auto& table) { return TextOf(table, map); }, map.table);
}

// A hash table is not compared: after growing it is not the one that MakeShardMap makes, but still hash over N shards.
bool SameTable(const HashTable&, const HashTable&) { return true; }
template <typename Table>
bool SameTable(const Table& a, const Table& b) {
  return a == b;
}
template <typename A, typename B>
bool SameTable(const A&, const B&) {
  return false;
}

}  // namespace

Status ValidateRouting(const Routing& routing) {
  return std::visit([](const auto& wanted) { return Check(wanted); }, routing);
}

Status CheckSameRouting(const ShardMap& map, const Routing& wanted) {
  RK_TRY(ValidateRouting(wanted));
  const ShardMap made = MakeShardMap(wanted);
  const bool same = made.shards == map.shards &&
                    std::visit([](const auto& a, const auto& b) { return SameTable(a, b); }, made.table, map.table);
  if (same) return {};
  return Invalid("routing: the store has " + TextOf(map) + ", but " + TextOf(made) +
                 " is asked for; leave StoreOptions::routing out, or give what the store has");
}

Status CheckSameEntries(const Router& router, const Routing& wanted) {
  const auto* directory = std::get_if<DirectoryRouting>(&wanted);
  if (directory == nullptr) return {};
  for (std::size_t i = 0; i < directory->entries.size(); ++i) {
    const auto& [channel, shard] = directory->entries[i];
    const auto stored = router.Find(channel);
    if (stored == shard) continue;
    return Invalid(Element("entries", i) + ": " + base::ShardName(shard) + " is asked for channel " +
                   base::Quoted(channel) + ", which the store has " +
                   (stored ? "in " + base::ShardName(*stored) : std::string("no entry for")) +
                   "; entries are given when a store is created: leave this one out");
  }
  return {};
}

}  // namespace rookery::routing
