// Compares what is in both places of the channels that move, and says what all shards hold.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "rookery/reshard.h"
#include "rookery/status.h"
#include "store/context.h"
#include "store/reshard/mirror.h"

namespace rookery::store {

/// Called for each row that is read; false: stop.
using RowStep = std::function<bool(std::size_t bytes)>;

/// What moves, by where from and where to, at one state. kInterrupted: `step` said so.
Result<std::vector<ReshardComparison>> ComparePlaces(const Context& context, const Mirror& mirror,
                                                     const engine::Snapshot& snapshot, const RowStep& step);
/// The first row of what moves from one shard to the other that is not the same in both, in words; empty: none.
Result<std::string> FirstDifference(const Context& context, const Mirror& mirror, const engine::Snapshot& snapshot,
                                    ShardId from, ShardId to);
/// What a shard holds of the channels that it is asked for.
struct ShardContent {
  Fingerprint print;
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;
};
/// By ShardId, as `router` asks.
Result<std::vector<ShardContent>> CountShards(const Context& context, const engine::Snapshot& snapshot,
                                              const routing::Router& router, const RowStep& step);
/// The same without the counts, by the snapshot's own router.
Result<std::vector<Fingerprint>> PrintShards(const Context& context, const engine::Snapshot& snapshot,
                                             const RowStep& step);

/// Reads the rows with lower <= key < upper, which are of one part, from both of its places, at most `limit`. Whether
/// they are the same; nullopt: it does not move, or the channel is spread and the rows may be of any of its parts.
Result<std::optional<bool>> SameInBothPlaces(const Context& context, const Mirror& mirror, const routing::Part& part,
                                             std::string_view lower, std::string_view upper, std::size_t limit);

}  // namespace rookery::store
