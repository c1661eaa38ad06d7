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

Status CheckSpread(const SpreadChannel& request, std::uint32_t shards) {
  if (request.shards >= 1 && request.shards <= shards) return {};
  return InvalidRequest("shards: " + std::to_string(request.shards) + " is not in 1.." + std::to_string(shards) +
                        ", what the store has");
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

// --- Spread channels
// --------------------------------------------------------------------------------------------------

Spread* FindSpread(std::vector<Spread>* spreads, std::string_view channel) {
  const auto at =
      std::find_if(spreads->begin(), spreads->end(), [&](const Spread& one) { return one.channel == channel; });
  return at == spreads->end() ? nullptr : &*at;
}

/// `shards`, and as many more of those below `among` as make `wanted`: the lightest that are not in it yet.
std::vector<ShardId> WithLightest(std::vector<ShardId> shards, std::size_t wanted, std::uint32_t among,
                                  const std::vector<std::uint64_t>& bytes) {
  std::vector<ShardId> rest;
  for (std::uint32_t shard = 0; shard < among; ++shard) {
    if (std::find(shards.begin(), shards.end(), ShardId{shard}) == shards.end()) rest.emplace_back(shard);
  }
  const auto weight = [&](ShardId shard) { return shard.value < bytes.size() ? bytes[shard.value] : 0; };
  std::stable_sort(rest.begin(), rest.end(), [&](ShardId a, ShardId b) { return weight(a) < weight(b); });
  for (std::size_t i = 0; i < rest.size() && shards.size() < wanted; ++i) shards.push_back(rest[i]);
  return shards;
}

/// Merges leave a shard in a list twice.
std::vector<ShardId> Unique(const std::vector<ShardId>& shards) {
  std::vector<ShardId> unique;
  for (const ShardId shard : shards) {
    if (std::find(unique.begin(), unique.end(), shard) == unique.end()) unique.push_back(shard);
  }
  return unique;
}

/// The buckets of shards that go find another one that the channel does not have yet, if there is one.
std::vector<Spread> WithinShards(std::vector<Spread> spreads, std::uint32_t shards,
                                 const std::vector<std::uint64_t>& bytes) {
  for (Spread& spread : spreads) {
    for (ShardId& shard : spread.shards) {
      if (shard.value < shards) continue;
      const std::vector<ShardId> more = WithLightest(spread.shards, spread.shards.size() + 1, shards, bytes);
      shard = more.size() > spread.shards.size() ? more.back() : WithLightest({}, 1, shards, bytes).front();
    }
  }
  return spreads;
}

Result<Target> PlanSpread(const ShardMap& map, Channels channels, const SpreadChannel& request) {
  RK_TRY(CheckSpread(request, map.shards));
  const auto channel = std::find_if(channels.begin(), channels.end(),
                                    [&](const ChannelWeight& one) { return one.channel == request.channel; });
  Target target{.map = map, .entries = {}};
  target.map.epoch = Epoch{map.epoch.value + 1};
  std::vector<Spread>& spreads = target.map.spreads;
  Spread* spread = FindSpread(&spreads, request.channel);
  // Of a channel that has gone it can be taken back.
  if (request.shards == 1 && spread != nullptr) {
    spreads.erase(spreads.begin() + (spread - spreads.data()));
    return target;
  }
  if (channel == channels.end()) {
    return InvalidRequest("channel " + base::Quoted(request.channel) + ": the store has none of this name");
  }
  if (request.shards == 1) return target;
  if (spread == nullptr) {
    if (spreads.size() == kMaxSpreads) {
      return InvalidRequest("a store spreads at most " + std::to_string(kMaxSpreads) + " channels, and this one does");
    }
    const auto at =
        std::find_if(spreads.begin(), spreads.end(), [&](const Spread& one) { return one.channel > request.channel; });
    spread = &*spreads.insert(at, Spread{request.channel, {channel->shard}});
  }
  spread->shards = Unique(spread->shards);
  if (spread->shards.size() > request.shards) spread->shards.resize(request.shards);
  spread->shards = WithLightest(spread->shards, request.shards, map.shards, BytesByShard(map, channels));
  return target;
}

std::vector<Spread> SpreadsAfter(const ShardMap& map, const ReshardRequest& request) {
  const auto* merge = std::get_if<MergeShards>(&request);
  return merge == nullptr ? map.spreads : Merged(map.spreads, *merge);
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

Result<Target> PlanWith(const ShardMap& map, Channels channels, const SpreadChannel& request) {
  return PlanSpread(map, channels, request);
}

}  // namespace

std::vector<std::uint64_t> BytesByShard(const ShardMap& map, Channels channels) {
  std::vector<std::uint64_t> bytes(map.shards);
  for (const ChannelWeight& channel : channels) {
    VisitParts(map, channel, [&](ShardId shard, std::uint64_t, std::uint64_t more) { bytes[shard.value] += more; });
  }
  return bytes;
}

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

void NoteSpreads(std::span<const Spread> spreads, std::vector<bool>* owns) {
  for (const Spread& spread : spreads) {
    for (const ShardId shard : spread.shards) (*owns)[shard.value] = true;
  }
}

std::vector<Spread> Merged(std::vector<Spread> spreads, const MergeShards& merge) {
  for (Spread& spread : spreads) std::replace(spread.shards.begin(), spread.shards.end(), merge.from, merge.into);
  return spreads;
}

std::uint32_t ShardsLeft(const std::vector<bool>& owns) {
  std::size_t shards = owns.size();
  while (shards > 1 && !owns[shards - 1]) --shards;
  return static_cast<std::uint32_t>(shards);
}

Result<Target> PlanTarget(const ShardMap& map, Channels channels, const ReshardRequest& request,
                          std::chrono::milliseconds bucket_width) {
  RK_ASSIGN_OR_RETURN(Target target,
                      std::visit([&](const auto& wanted) { return PlanWith(map, channels, wanted); }, request));
  if (!std::holds_alternative<SpreadChannel>(request)) {
    target.map.spreads = WithinShards(SpreadsAfter(map, request), target.map.shards, BytesByShard(map, channels));
  }
  target.map.bucket_width = target.map.spreads.empty() ? std::chrono::milliseconds{0} : bucket_width;
  return target;
}

namespace {

/// Counts what goes from where to where.
class Transfers {
 public:
  explicit Transfers(ReshardPlan* plan) : plan_(*plan) {}

  /// Something of a channel, whose messages are told one after the other.
  void Note(std::string_view channel, ShardId from, ShardId to, std::uint64_t messages, std::uint64_t bytes) {
    plan_.bytes_before[from.value] += bytes;
    plan_.bytes_after[to.value] += bytes;
    if (from == to) return;
    auto& [transfer, last] = transfers_.try_emplace({from, to}, ShardTransfer{from, to}, "").first->second;
    if (std::exchange(last, channel) != channel) ++transfer.channels;
    transfer.messages += messages;
    transfer.bytes += bytes;
  }
  ~Transfers() {
    for (const auto& [shards, noted] : transfers_) plan_.transfers.push_back(noted.first);
  }
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

 private:
  ReshardPlan& plan_;
  std::map<std::pair<ShardId, ShardId>, std::pair<ShardTransfer, std::string_view>> transfers_;
};

}  // namespace

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
  {
    Transfers transfers(&plan);
    for (const ChannelWeight& channel : channels) {
      const auto entry = entries.find(channel.channel);
      ShardId to = channel.shard;
      if (entry != entries.end()) {
        to = entry->second;
      } else if (!router->places_channels()) {
        to = *router->Find(channel.channel);
      }
      const Spread* const spread_before = map.SpreadOf(channel.channel);
      const Spread* const spread_after = target.map.SpreadOf(channel.channel);
      if (spread_before == nullptr && spread_after == nullptr) {
        transfers.Note(channel.channel, channel.shard, to, channel.messages, channel.bytes);
        continue;
      }
      for (const BucketWeight& bucket : channel.buckets) {
        transfers.Note(channel.channel, spread_before ? spread_before->ShardOf(bucket.bucket) : channel.shard,
                       spread_after ? spread_after->ShardOf(bucket.bucket) : to, bucket.messages, bucket.bytes);
      }
    }
  }
  const ShardMap& after = target.map;
  plan.changes =
      after.table != map.table || after.shards != map.shards || after.spreads != map.spreads || !target.entries.empty();
  return plan;
}

}  // namespace rookery::routing
