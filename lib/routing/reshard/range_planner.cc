// Range: what moves is where the split points are.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "base/text.h"
#include "routing/reshard/planner.h"

namespace rookery::routing {
namespace {

class RangePlanner final : public Planner {
 public:
  RangePlanner(const ShardMap& map, Channels channels) : map_(map), channels_(channels), shards_(map.shards) {
    const auto& table = std::get<RangeTable>(map.table);
    shard_from_[""] = table.shards.front();
    for (std::size_t i = 0; i < table.splits.size(); ++i) shard_from_[table.splits[i]] = table.shards[i + 1];
  }

  Result<Target> Plan(const ResizeShards& request) override {
    while (shards_ < request.shards) {
      RK_ASSIGN_OR_RETURN(const Cut cut, HeaviestCut());
      Assign(cut.at, "", cut.shard, ShardId{shards_++});
    }
    while (shards_ > request.shards) Dissolve(ShardId{--shards_});
    return Made();
  }
  Result<Target> Plan(const SplitShard& request) override {
    RK_ASSIGN_OR_RETURN(const std::string at, SplitPointOf(request));
    RK_ASSIGN_OR_RETURN(const ShardId to, NewShard(Owners(map_.spreads)));
    Assign(at, "", request.shard, to);
    shards_ = std::max(shards_, to.value + 1);
    return Made();
  }
  Result<Target> Plan(const MergeShards& request) override {
    Assign("", "", request.from, request.into);
    shards_ = ShardsLeft(Owners(Merged(map_.spreads, request)));
    return Made();
  }
  Result<Target> Plan(const MoveRange& request) override {
    if (!request.upper.empty() && request.upper <= request.lower) {
      return InvalidRequest("range: its end " + base::Quoted(request.upper) + " does not sort after its beginning " +
                            base::Quoted(request.lower));
    }
    if (std::max(request.lower.size(), request.upper.size()) > kMaxChannelBytes) {
      return InvalidRequest("range: an end has more than " + std::to_string(kMaxChannelBytes) + " bytes");
    }
    Assign(request.lower, request.upper, std::nullopt, request.to);
    if (shard_from_.size() > kMaxShards) {
      return InvalidRequest("range: the store would have more than " + std::to_string(kMaxShards) + " ranges");
    }
    return Made();
  }
  Result<Target> Plan(const MoveChannel& request) override {
    if (request.channel.empty() || request.channel.size() >= kMaxChannelBytes) {
      return InvalidRequest("channel: has 1 to " + std::to_string(kMaxChannelBytes - 1) +
                            " bytes to be a range of its own");
    }
    return Plan(MoveRange{request.channel, request.channel + '\0', request.to});
  }
  Result<Target> Plan(const RebalanceShards& request) override {
    std::uint64_t all = 0;
    for (const ChannelWeight& channel : channels_) all += WeightOf(channel, request.by);
    if (all == 0) return Made();
    const std::vector<ShardId> in_order = ShardsInOrder();
    std::map<std::string, ShardId> cut{{"", in_order.front()}};
    std::uint64_t before = 0;
    std::size_t shard = 0;
    for (std::size_t i = 1; i < channels_.size(); ++i) {
      before += WeightOf(channels_[i - 1], request.by);
      // The shard that the middle of this channel falls to.
      const std::uint64_t middle = before + WeightOf(channels_[i], request.by) / 2;
      const std::size_t due = std::min<std::size_t>(middle * in_order.size() / all, in_order.size() - 1);
      if (due <= shard) continue;
      shard = due;
      cut[Separator(channels_[i - 1].channel, channels_[i].channel)] = in_order[shard];
    }
    shard_from_ = std::move(cut);
    return Made();
  }
  Result<Target> Plan(const MoveSlots&) override {
    return InvalidRequest("a range store has no slots; move a range or a channel");
  }

 private:
  struct Cut {
    ShardId shard;
    std::string at;
  };

  /// The shortest name that sorts after `below` and not after `above`.
  static std::string Separator(const std::string& below, const std::string& above) {
    std::size_t common = 0;
    while (common < below.size() && below[common] == above[common]) ++common;
    return above.substr(0, common + 1);
  }
  ShardId ShardOf(const std::string& channel) const { return std::prev(shard_from_.upper_bound(channel))->second; }

  /// What of [lower, upper) belongs to `from`, or all of it, belongs to `to` now.
  void Assign(const std::string& lower, const std::string& upper, std::optional<ShardId> from, ShardId to) {
    shard_from_.emplace(lower, ShardOf(lower));
    if (!upper.empty()) shard_from_.emplace(upper, ShardOf(upper));
    const auto end = upper.empty() ? shard_from_.end() : shard_from_.find(upper);
    for (auto range = shard_from_.find(lower); range != end; ++range) {
      if (!from || range->second == *from) range->second = to;
    }
    // Neighbours of one shard are one range.
    for (auto range = std::next(shard_from_.begin()); range != shard_from_.end();) {
      range = range->second == std::prev(range)->second ? shard_from_.erase(range) : std::next(range);
    }
  }
  /// Gives each range of the shard to the lighter of its neighbours.
  void Dissolve(ShardId shard) {
    while (true) {
      const auto range = std::find_if(shard_from_.begin(), shard_from_.end(),
                                      [shard](const auto& held) { return held.second == shard; });
      if (range == shard_from_.end()) return;
      const std::vector<std::uint64_t> bytes = Bytes();
      std::optional<ShardId> to;
      if (range != shard_from_.begin()) to = std::prev(range)->second;
      const auto next = std::next(range);
      if (next != shard_from_.end() && (!to || bytes[next->second.value] < bytes[to->value])) to = next->second;
      if (!to) to = ShardId{0};
      Assign(range->first, next == shard_from_.end() ? "" : next->first, shard, *to);
    }
  }

  std::vector<std::uint64_t> Bytes() const {
    std::vector<std::uint64_t> bytes(std::max(shards_ + 1, map_.shards), 0);
    for (const ChannelWeight& channel : channels_) bytes[ShardOf(channel.channel).value] += channel.bytes;
    return bytes;
  }
  std::vector<bool> Owners(std::span<const Spread> spreads) const {
    std::vector<bool> owns(shards_, false);
    for (const auto& [from, shard] : shard_from_) owns[shard.value] = true;
    NoteSpreads(spreads, &owns);
    return owns;
  }
  std::vector<ShardId> ShardsInOrder() const {
    std::vector<ShardId> order;
    std::vector<bool> seen(shards_, false);
    for (const auto& [from, shard] : shard_from_) {
      if (!seen[shard.value]) order.push_back(shard);
      seen[shard.value] = true;
    }
    for (std::uint32_t shard = 0; shard < shards_; ++shard) {
      if (!seen[shard]) order.emplace_back(shard);
    }
    return order;
  }

  /// Where about half of the shard's bytes lie below. nullopt: it has fewer than two channels.
  std::optional<std::string> Median(ShardId shard) const {
    std::vector<const ChannelWeight*> held;
    std::uint64_t all = 0;
    for (const ChannelWeight& channel : channels_) {
      if (ShardOf(channel.channel) != shard) continue;
      held.push_back(&channel);
      all += channel.bytes;
    }
    if (held.size() < 2) return std::nullopt;
    std::size_t cut = 1;
    std::uint64_t below = held.front()->bytes;
    // As long as the next channel brings it nearer to the half.
    while (cut + 1 < held.size() && 2 * below + held[cut]->bytes <= all) below += held[cut++]->bytes;
    return Separator(held[cut - 1]->channel, held[cut]->channel);
  }
  /// Of the heaviest shard that can be cut, at its median.
  Result<Cut> HeaviestCut() const {
    const std::vector<std::uint64_t> bytes = Bytes();
    std::optional<Cut> heaviest;
    for (std::uint32_t shard = 0; shard < shards_; ++shard) {
      if (heaviest && bytes[shard] <= bytes[heaviest->shard.value]) continue;
      if (auto at = Median(ShardId{shard})) heaviest = {ShardId{shard}, *std::move(at)};
    }
    if (heaviest) return *std::move(heaviest);
    return InvalidRequest("shards: no shard holds two channels to split between; split one at a name that you give");
  }
  Result<std::string> SplitPointOf(const SplitShard& request) const {
    if (request.at.empty()) {
      const auto median = Median(request.shard);
      if (median) return *median;
      return InvalidRequest(base::ShardName(request.shard) +
                            " holds fewer than two channels; give the name to split it at");
    }
    if (request.at.size() > kMaxChannelBytes) {
      return InvalidRequest("at: has more than " + std::to_string(kMaxChannelBytes) + " bytes");
    }
    if (ShardOf(request.at) != request.shard) {
      return InvalidRequest("at: " + base::Quoted(request.at) + " is in " + base::ShardName(ShardOf(request.at)) +
                            ", not in " + base::ShardName(request.shard));
    }
    const auto range = std::prev(shard_from_.upper_bound(request.at));
    const auto first = std::find_if(shard_from_.begin(), shard_from_.end(),
                                    [&](const auto& held) { return held.second == request.shard; });
    if (range == first && range->first == request.at) {
      return InvalidRequest("at: " + base::Quoted(request.at) + " is where " + base::ShardName(request.shard) +
                            " begins; nothing would be left in it");
    }
    return request.at;
  }

  Target Made() const {
    RangeTable table;
    for (const auto& [from, shard] : shard_from_) {
      if (!from.empty()) table.splits.push_back(from);
      table.shards.push_back(shard);
    }
    return {.map = {.epoch = Epoch{map_.epoch.value + 1}, .shards = shards_, .table = std::move(table)}, .entries = {}};
  }

  const ShardMap& map_;
  const Channels channels_;
  std::map<std::string, ShardId> shard_from_;  // from this name on; the first one is empty
  std::uint32_t shards_;
};

}  // namespace

std::unique_ptr<Planner> NewRangePlanner(const ShardMap& map, Channels channels) {
  return std::make_unique<RangePlanner>(map, channels);
}

}  // namespace rookery::routing
