// Growing a hash table: the slots go from shard to shard as if dealt one by one from the fullest old shard to the
// emptiest new one, until no deal would make them more even.
#include <cstddef>
#include <functional>
#include <vector>

#include "routing/shard_map.h"

namespace rookery::routing {
namespace {

using Slots = std::vector<std::uint32_t>;

/// The lowest index in [begin, end) whose slots are the most or the fewest, as `better` says.
template <typename Better>
std::uint32_t Pick(const std::vector<Slots>& slots_of, std::uint32_t begin, std::uint32_t end, Better better) {
  std::uint32_t picked = begin;
  for (std::uint32_t shard = begin + 1; shard < end; ++shard) {
    if (better(slots_of[shard].size(), slots_of[picked].size())) picked = shard;
  }
  return picked;
}

}  // namespace

HashTable GrowHashTable(const HashTable& table, std::uint32_t old_shards, std::uint32_t shards) {
  if (shards <= old_shards) return table;
  std::vector<Slots> slots_of(shards);
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) slots_of[table.shard_of_slot[slot]].push_back(slot);

  HashTable grown = table;
  for (;;) {
    const std::uint32_t fullest = Pick(slots_of, 0, old_shards, std::greater<>());
    const std::uint32_t emptiest = Pick(slots_of, old_shards, shards, std::less<>());
    if (slots_of[fullest].size() <= slots_of[emptiest].size() + 1) return grown;
    const std::uint32_t slot = slots_of[fullest].back();
    slots_of[fullest].pop_back();
    slots_of[emptiest].push_back(slot);
    grown.shard_of_slot[slot] = static_cast<std::uint16_t>(emptiest);
  }
}

}  // namespace rookery::routing
