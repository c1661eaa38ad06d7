#include "routing/reshard/plan.h"

#include <algorithm>
#include <map>
#include <memory>
#include <variant>

#include "base/macros.h"
#include "base/text.h"
#include "routing/reshard/even_out.h"
#include "routing/reshard/planner.h"
#include "routing/router.h"

namespace rookery::routing {
namespace {

Status CheckShard(const ShardMap& map, ShardId shard) {
  if (shard.value < map.shards) return {};
  return InvalidRequest("shard " + std::to_string(shard.value) + ": the store has shards 0.." +
                        std::to_string(map.shards - 1));
}

Status CheckResize(const ResizeShards& request) {
  if (request.shards >= 1 && request.shards <= kMaxShards) return {};
  return InvalidRequest("shards: " + std::to_string(request.shards) + " is not in 1.." + std::to_string(kMaxShards));
}

Status CheckMerge(const ShardMap& map, const MergeShards& request) {
  RK_TRY(CheckShard(map, request.from));
  RK_TRY(CheckShard(map, request.into));
  if (request.from != request.into) return {};
  return InvalidRequest("shard " + std::to_string(request.from.value) + " cannot be merged into itself");
}

// --- Another strategy
// -------------------------------------------------------------------------------------------------

Result<Target> PlanStrategy(const ShardMap& map, Channels channels, const ChangeStrategy& request) {
  RK_TRY(ValidateRouting(request.routing));
  Target target{.map = MakeShardMap(request.routing), .entries = {}};
  if (target.map.strategy() == map.strategy()) {
    return InvalidRequest("strategy: the store is " + std::string(map.strategy()) + " already; resize or rebalance it");
  }
  target.map.epoch = Epoch{map.epoch.value + 1};
  const auto* directory = std::get_if<DirectoryRouting>(&request.routing);
  if (directory == nullptr) return target;
  const std::map<std::string, ShardId> given(directory->entries.begin(), directory->entries.end());
  std::vector<Unit> units;
  for (const ChannelWeight& channel : channels) {
    const auto wanted = given.find(channel.channel);
    units.push_back({channel.bytes, wanted == given.end() ? channel.shard : wanted->second});
  }
  Evacuate(units, OpenBelow(directory->shards, map.shards));
  std::map<std::string, ShardId> entries = given;
  for (std::size_t i = 0; i < units.size(); ++i) entries[channels[i].channel] = units[i].shard;
  target.entries.assign(entries.begin(), entries.end());
  return target;
}

// --- Checks that all strategies share
// ---------------------------------------------------------------------------------

Status Check(const ShardMap&, const ResizeShards& request) { return CheckResize(request); }
Status Check(const ShardMap& map, const SplitShard& request) { return CheckShard(map, request.shard); }
Status Check(const ShardMap& map, const MergeShards& request) { return CheckMerge(map, request); }
Status Check(const ShardMap& map, const MoveChannel& request) { return CheckShard(map, request.to); }
Status Check(const ShardMap& map, const MoveSlots& request) { return CheckShard(map, request.to); }
Status Check(const ShardMap& map, const MoveRange& request) { return CheckShard(map, request.to); }
Status Check(const ShardMap&, const RebalanceShards&) { return {}; }

std::unique_ptr<Planner> PlannerFor(const HashTable&, const ShardMap& map, Channels channels) {
  return NewHashPlanner(map, channels);
}
std::unique_ptr<Planner> PlannerFor(const RangeTable&, const ShardMap& map, Channels channels) {
  return NewRangePlanner(map, channels);
}
std::unique_ptr<Planner> PlannerFor(const DirectoryTable&, const ShardMap& map, Channels channels) {
  return NewDirectoryPlanner(map, channels);
}

template <typename Request>
Result<Target> PlanWith(const ShardMap& map, Channels channels, const Request& request) {
  RK_TRY(Check(map, request));
  const auto planner = std::visit([&](const auto& table) { return PlannerFor(table, map, channels); }, map.table);
  return planner->Plan(request);
}

Result<Target> PlanWith(const ShardMap& map, Channels channels, const ChangeStrategy& request) {
  return PlanStrategy(map, channels, request);
}

}  // namespace

Status InvalidRequest(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

std::uint64_t WeightOf(const ChannelWeight& channel, ShardWeight by) {
  return by == ShardWeight::kBytes ? channel.bytes : channel.messages;
}

std::vector<bool> OpenBelow(std::uint32_t shards, std::uint32_t of) {
  std::vector<bool> open(std::max(shards, of), false);
  std::fill(open.begin(), open.begin() + shards, true);
  return open;
}

Result<ShardId> NewShard(const std::vector<bool>& owns) {
  const auto free = std::find(owns.begin(), owns.end(), false);
  const auto shard = static_cast<std::uint32_t>(free - owns.begin());
  if (shard < kMaxShards) return ShardId{shard};
  return InvalidRequest("a store has at most " + std::to_string(kMaxShards) + " shards, and this one has them");
}

std::uint32_t ShardsLeft(const std::vector<bool>& owns) {
  std::size_t shards = owns.size();
  while (shards > 1 && !owns[shards - 1]) --shards;
  return static_cast<std::uint32_t>(shards);
}

Result<Target> PlanTarget(const ShardMap& map, Channels channels, const ReshardRequest& request) {
  return std::visit([&](const auto& wanted) { return PlanWith(map, channels, wanted); }, request);
}

ReshardPlan PlanOf(const ShardMap& map, Channels channels, const Target& target) {
  ReshardPlan plan{.epoch = map.epoch,
                   .strategy_before = std::string(map.strategy()),
                   .strategy_after = std::string(target.map.strategy()),
                   .shards_before = map.shards,
                   .shards_after = target.map.shards,
                   .transfers = {},
                   .bytes_before = std::vector<std::uint64_t>(map.shards),
                   .bytes_after = std::vector<std::uint64_t>(target.map.shards)};
  const auto router = Router::New(target.map);
  const std::map<std::string_view, ShardId> entries(target.entries.begin(), target.entries.end());
  std::map<std::pair<ShardId, ShardId>, ShardTransfer> transfers;
  for (const ChannelWeight& channel : channels) {
    const auto entry = entries.find(channel.channel);
    ShardId to = channel.shard;
    if (entry != entries.end()) {
      to = entry->second;
    } else if (!router->places_channels()) {
      to = *router->Find(channel.channel);
    }
    plan.bytes_before[channel.shard.value] += channel.bytes;
    plan.bytes_after[to.value] += channel.bytes;
    if (to == channel.shard) continue;
    ShardTransfer& transfer =
        transfers.try_emplace({channel.shard, to}, ShardTransfer{channel.shard, to}).first->second;
    ++transfer.channels;
    transfer.messages += channel.messages;
    transfer.bytes += channel.bytes;
  }
  for (const auto& [shards, transfer] : transfers) plan.transfers.push_back(transfer);
  plan.changes = target.map.table != map.table || target.map.shards != map.shards || !target.entries.empty();
  return plan;
}

}  // namespace rookery::routing
