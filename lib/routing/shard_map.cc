#include "routing/shard_map.h"

#include <algorithm>
#include <utility>

#include "routing/channel_hash.h"

namespace rookery::routing {
namespace {

ShardMap FirstMap(const HashRouting& routing) {
  HashTable table;
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    table.shard_of_slot[slot] = static_cast<std::uint16_t>(slot % routing.shards);
  }
  return {.shards = routing.shards, .table = table};
}

ShardMap FirstMap(const RangeRouting& routing) {
  RangeTable table{.splits = routing.splits, .shards = {}};
  for (std::uint32_t shard = 0; shard <= routing.splits.size(); ++shard) table.shards.emplace_back(shard);
  const auto shards = static_cast<std::uint32_t>(table.shards.size());
  return {.shards = shards, .table = std::move(table)};
}

ShardMap FirstMap(const DirectoryRouting& routing) {
  DirectoryTable table{.placement = routing.placement, .weights = routing.weights};
  table.weights.resize(routing.shards, 1);
  return {.shards = routing.shards, .table = std::move(table)};
}

std::string_view NameOf(const HashTable&) { return "hash"; }
std::string_view NameOf(const RangeTable&) { return "range"; }
std::string_view NameOf(const DirectoryTable&) { return "directory"; }

}  // namespace

std::uint32_t SlotOf(std::string_view channel) { return static_cast<std::uint32_t>(HashOf(channel) % kSlots); }

std::string_view ShardMap::strategy() const {
  return std::visit([](const auto& held) { return NameOf(held); }, table);
}

const Spread* ShardMap::SpreadOf(std::string_view channel) const {
  const auto at = std::lower_bound(spreads.begin(), spreads.end(), channel,
                                   [](const Spread& spread, std::string_view name) { return spread.channel < name; });
  return at != spreads.end() && at->channel == channel ? &*at : nullptr;
}

ShardMap MakeShardMap(const Routing& routing) {
  return std::visit([](const auto& wanted) { return FirstMap(wanted); }, routing);
}

}  // namespace rookery::routing
