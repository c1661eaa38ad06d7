// Makes shards evenly heavy by moving few of their units (slots or channels).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rookery/types.h"

namespace rookery::routing {

/// Something that lies in one shard as a whole.
struct Unit {
  std::uint64_t weight = 0;
  ShardId shard;
};

/// Moves units between the shards for which `open` is true, always from the heaviest to the lightest the one that
/// brings them nearest, until the two differ by a twentieth of a share or no move brings them nearer. Units of shards
/// that are not open go to the lightest first, the heaviest unit first. REQUIRES: one shard is open.
void EvenOut(std::span<Unit> units, const std::vector<bool>& open);

/// Only the second half of it: units of shards that are not open find a place.
void Evacuate(std::span<Unit> units, const std::vector<bool>& open);

/// Which of the units make about half of the weight, rather less. Two piles: each unit, the heaviest first,
/// goes to the lighter one, and those without weight to that with fewer. REQUIRES: at least two.
std::vector<bool> HalfOf(std::span<const std::uint64_t> weights);

}  // namespace rookery::routing
