// Hash: the units are slots.
#include <algorithm>
#include <array>

#include "base/macros.h"
#include "base/text.h"
#include "routing/reshard/even_out.h"
#include "routing/reshard/planner.h"

namespace rookery::routing {
namespace {

class HashPlanner final : public Planner {
 public:
  HashPlanner(const ShardMap& map, Channels channels) : map_(map), table_(std::get<HashTable>(map.table)) {
    for (const ChannelWeight& channel : channels) {
      const std::uint32_t slot = SlotOf(channel.channel);
      messages_[slot] += channel.messages;
      bytes_[slot] += channel.bytes;
    }
  }

  Result<Target> Plan(const ResizeShards& request) override {
    if (request.shards > map_.shards) return With(GrowHashTable(table_, map_.shards, request.shards), request.shards);
    // By number: what slots hold today says little of what they will hold, and the table stays even.
    return WithUnits([](std::uint32_t) { return std::uint64_t{1}; },
                     [&](std::span<Unit> units) { Evacuate(units, OpenBelow(request.shards, map_.shards)); },
                     request.shards);
  }
  Result<Target> Plan(const SplitShard& request) override {
    if (!request.at.empty()) return InvalidRequest("at: a hash store is split by slots; leave it out");
    std::vector<std::uint32_t> slots;
    std::vector<std::uint64_t> weights;
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      if (table_.shard_of_slot[slot] != request.shard.value) continue;
      slots.push_back(slot);
      weights.push_back(bytes_[slot]);
    }
    if (slots.size() < 2) {
      return InvalidRequest(base::ShardName(request.shard) + " has " + std::to_string(slots.size()) +
                            " slots; it takes two to split it");
    }
    RK_ASSIGN_OR_RETURN(const ShardId to, NewShard(Owners(table_, map_.spreads)));
    const std::vector<bool> moves = HalfOf(weights);
    HashTable table = table_;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (moves[i]) table.shard_of_slot[slots[i]] = static_cast<std::uint16_t>(to.value);
    }
    return With(table, std::max(map_.shards, to.value + 1));
  }
  Result<Target> Plan(const MergeShards& request) override {
    HashTable table = table_;
    for (std::uint16_t& shard : table.shard_of_slot) {
      if (shard == request.from.value) shard = static_cast<std::uint16_t>(request.into.value);
    }
    return With(table, ShardsLeft(Owners(table, Merged(map_.spreads, request))));
  }
  Result<Target> Plan(const MoveSlots& request) override {
    if (request.first > request.last || request.last >= kSlots) {
      return InvalidRequest("slots " + std::to_string(request.first) + ".." + std::to_string(request.last) +
                            " are not in 0.." + std::to_string(kSlots - 1));
    }
    HashTable table = table_;
    for (std::uint32_t slot = request.first; slot <= request.last; ++slot) {
      table.shard_of_slot[slot] = static_cast<std::uint16_t>(request.to.value);
    }
    return With(table, map_.shards);
  }
  Result<Target> Plan(const RebalanceShards& request) override {
    const auto& weights = request.by == ShardWeight::kBytes ? bytes_ : messages_;
    return WithUnits([&](std::uint32_t slot) { return weights[slot]; },
                     [&](std::span<Unit> units) { EvenOut(units, OpenBelow(map_.shards, map_.shards)); }, map_.shards);
  }
  Result<Target> Plan(const MoveChannel& request) override {
    return InvalidRequest("channel " + base::Quoted(request.channel) +
                          ": a hash store moves slots, and this one is in slot " +
                          std::to_string(SlotOf(request.channel)) + "; move that");
  }
  Result<Target> Plan(const MoveRange&) override { return InvalidRequest("a hash store has no ranges; move slots"); }

 private:
  std::vector<bool> Owners(const HashTable& table, std::span<const Spread> spreads) const {
    std::vector<bool> owns(map_.shards, false);
    for (const std::uint16_t shard : table.shard_of_slot) owns[shard] = true;
    NoteSpreads(spreads, &owns);
    return owns;
  }
  template <typename SlotWeight, typename Change>
  Target WithUnits(SlotWeight weight, Change change, std::uint32_t shards) const {
    std::vector<Unit> units;
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      units.push_back({weight(slot), ShardId{table_.shard_of_slot[slot]}});
    }
    change(std::span(units));
    HashTable table;
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      table.shard_of_slot[slot] = static_cast<std::uint16_t>(units[slot].shard.value);
    }
    return With(table, shards);
  }
  Target With(const HashTable& table, std::uint32_t shards) const {
    return {.map = {.epoch = Epoch{map_.epoch.value + 1}, .shards = shards, .table = table}, .entries = {}};
  }

  const ShardMap& map_;
  const HashTable& table_;
  std::array<std::uint64_t, kSlots> messages_{};
  std::array<std::uint64_t, kSlots> bytes_{};
};

}  // namespace

std::unique_ptr<Planner> NewHashPlanner(const ShardMap& map, Channels channels) {
  return std::make_unique<HashPlanner>(map, channels);
}

}  // namespace rookery::routing
