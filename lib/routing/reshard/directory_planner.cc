// Directory: the units are channels, and what moves are their entries.
#include <algorithm>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "routing/reshard/even_out.h"
#include "routing/reshard/planner.h"

namespace rookery::routing {
namespace {

class DirectoryPlanner final : public Planner {
 public:
  DirectoryPlanner(const ShardMap& map, Channels channels)
      : map_(map), channels_(channels), table_(std::get<DirectoryTable>(map.table)) {}

  Result<Target> Plan(const ResizeShards& request) override {
    DirectoryTable table = table_;
    table.weights.resize(request.shards, 1);
    // One at least has to take what comes.
    if (ShardsLeft(OpenIn(table)) == 1) table.weights.front() = std::max(table.weights.front(), 1U);
    std::vector<bool> takes = OpenIn(table);
    for (const ChannelWeight& channel : channels_) {
      if (channel.shard.value < request.shards) takes[channel.shard.value] = true;
    }
    takes.resize(std::max(request.shards, map_.shards), false);
    return WithUnits(
        ShardWeight::kBytes, [&](std::span<Unit> units) { Evacuate(units, takes); }, std::move(table));
  }
  Result<Target> Plan(const SplitShard& request) override {
    if (!request.at.empty()) return InvalidRequest("at: a directory is split by its channels' bytes; leave it out");
    std::vector<std::size_t> held;
    std::vector<std::uint64_t> bytes;
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      if (channels_[i].shard != request.shard) continue;
      held.push_back(i);
      bytes.push_back(channels_[i].bytes);
    }
    if (held.size() < 2) {
      return InvalidRequest(base::ShardName(request.shard) + " holds " + std::to_string(held.size()) +
                            " channels; it takes two to split it");
    }
    std::vector<bool> owns = OpenIn(table_);
    for (const ChannelWeight& channel : channels_) owns[channel.shard.value] = true;
    NoteSpreads(map_.spreads, &owns);
    RK_ASSIGN_OR_RETURN(const ShardId to, NewShard(owns));
    DirectoryTable table = table_;
    table.weights.resize(std::max<std::size_t>(table.weights.size(), to.value + 1), 0);
    table.weights[to.value] = std::max(table_.weights[request.shard.value], 1U);
    const std::vector<bool> moves = HalfOf(bytes);
    std::vector<std::pair<std::string, ShardId>> entries;
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (moves[i]) entries.emplace_back(channels_[held[i]].channel, to);
    }
    return With(std::move(table), std::move(entries));
  }
  Result<Target> Plan(const MergeShards& request) override {
    DirectoryTable table = table_;
    table.weights[request.from.value] = 0;
    table.weights[request.into.value] = std::max(table.weights[request.into.value], 1U);
    std::vector<bool> owns = OpenIn(table);
    std::vector<std::pair<std::string, ShardId>> entries;
    for (const ChannelWeight& channel : channels_) {
      const bool moves = channel.shard == request.from;
      if (moves) entries.emplace_back(channel.channel, request.into);
      owns[moves ? request.into.value : channel.shard.value] = true;
    }
    NoteSpreads(Merged(map_.spreads, request), &owns);
    table.weights.resize(ShardsLeft(owns));
    return With(std::move(table), std::move(entries));
  }
  Result<Target> Plan(const MoveChannel& request) override {
    const auto found =
        std::lower_bound(channels_.begin(), channels_.end(), request.channel,
                         [](const ChannelWeight& channel, const std::string& name) { return channel.channel < name; });
    if (found == channels_.end() || found->channel != request.channel) {
      return InvalidRequest("channel " + base::Quoted(request.channel) + ": the store has none of this name");
    }
    std::vector<std::pair<std::string, ShardId>> entries;
    if (found->shard != request.to) entries.emplace_back(request.channel, request.to);
    return With(table_, std::move(entries));
  }
  Result<Target> Plan(const RebalanceShards& request) override {
    const std::vector<bool> open = OpenIn(table_);
    return WithUnits(
        request.by, [&](std::span<Unit> units) { EvenOut(units, open); }, table_);
  }
  Result<Target> Plan(const MoveSlots&) override { return InvalidRequest("a directory has no slots; move channels"); }
  Result<Target> Plan(const MoveRange&) override { return InvalidRequest("a directory has no ranges; move channels"); }

 private:
  static std::vector<bool> OpenIn(const DirectoryTable& table) {
    std::vector<bool> open;
    for (const std::uint32_t weight : table.weights) open.push_back(weight > 0);
    return open;
  }
  template <typename Change>
  Target WithUnits(ShardWeight by, Change change, DirectoryTable table) const {
    std::vector<Unit> units;
    for (const ChannelWeight& channel : channels_) units.push_back({WeightOf(channel, by), channel.shard});
    change(std::span(units));
    std::vector<std::pair<std::string, ShardId>> entries;
    for (std::size_t i = 0; i < units.size(); ++i) {
      if (units[i].shard != channels_[i].shard) entries.emplace_back(channels_[i].channel, units[i].shard);
    }
    return With(std::move(table), std::move(entries));
  }
  Target With(DirectoryTable table, std::vector<std::pair<std::string, ShardId>> entries) const {
    const auto shards = static_cast<std::uint32_t>(table.weights.size());
    return {.map = {.epoch = Epoch{map_.epoch.value + 1}, .shards = shards, .table = std::move(table)},
            .entries = std::move(entries)};
  }

  const ShardMap& map_;
  const Channels channels_;
  const DirectoryTable& table_;
};

}  // namespace

std::unique_ptr<Planner> NewDirectoryPlanner(const ShardMap& map, Channels channels) {
  return std::make_unique<DirectoryPlanner>(map, channels);
}

}  // namespace rookery::routing
