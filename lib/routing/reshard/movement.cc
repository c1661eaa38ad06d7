#include "routing/reshard/movement.h"

#include <algorithm>
#include <string>

#include "routing/router.h"

namespace rookery::routing {
namespace {

void Note(ShardId before, ShardId after, Movement* movement) {
  if (before == after) return;
  movement->gives[before.value] = true;
  movement->takes[after.value] = true;
}

bool Compare(const HashTable& before, const HashTable& after, Movement* movement) {
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    Note(ShardId{before.shard_of_slot[slot]}, ShardId{after.shard_of_slot[slot]}, movement);
  }
  return true;
}

/// Between two neighbouring split points of either map both name one shard each.
bool Compare(const RangeTable& before, const RangeTable& after, Movement* movement) {
  std::size_t i = 0;
  std::size_t j = 0;
  for (;;) {
    Note(before.shards[i], after.shards[j], movement);
    const bool ends_before = i == before.splits.size();
    const bool ends_after = j == after.splits.size();
    if (ends_before && ends_after) return true;
    const int order = ends_before ? 1 : ends_after ? -1 : before.splits[i].compare(after.splits[j]);
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
}

template <typename A, typename B>
bool Compare(const A& /*before*/, const B& /*after*/, Movement* /*movement*/) {
  return false;
}

/// Of a channel that is spread otherwise, any of its shards may give some of it to any other one.
void NoteSpreads(const ShardMap& from, const ShardMap& to, Movement* movement) {
  for (const Spread& spread : from.spreads) {
    const Spread* const other = to.SpreadOf(spread.channel);
    if (other != nullptr && *other == spread) continue;
    std::vector<ShardId> shards = spread.shards;
    if (other != nullptr) shards.insert(shards.end(), other->shards.begin(), other->shards.end());
    for (const ShardMap* map : {&from, &to}) {
      if (const auto shard = Router::New(*map)->Find(spread.channel)) shards.push_back(*shard);
    }
    for (const ShardId shard : shards) movement->gives[shard.value] = movement->takes[shard.value] = true;
  }
}

}  // namespace

Movement MovementBetween(const ShardMap& before, const ShardMap& after) {
  const std::uint32_t shards = std::max(before.shards, after.shards);
  Movement movement{std::vector<bool>(shards), std::vector<bool>(shards)};
  const bool exact =
      std::visit([&](const auto& a, const auto& b) { return Compare(a, b, &movement); }, before.table, after.table);
  if (!exact) return {std::vector<bool>(shards, true), std::vector<bool>(shards, true)};
  NoteSpreads(before, after, &movement);
  NoteSpreads(after, before, &movement);
  return movement;
}

}  // namespace rookery::routing
