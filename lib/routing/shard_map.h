// The shard map: an immutable value that says which shard holds what. Persisted in the catalog, versioned by its epoch.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rookery/routing.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::routing {

/// Hash routing's unit of movement. Fixed for ever: it is part of where messages lie.
inline constexpr std::uint32_t kSlots = 4096;
/// xxh3_64(channel) mod kSlots, seed 0.
std::uint32_t SlotOf(std::string_view channel);

struct HashTable {
  std::array<std::uint16_t, kSlots> shard_of_slot{};
  friend bool operator==(const HashTable&, const HashTable&) = default;
};

/// shards.size() == splits.size() + 1; shards[i] holds splits[i-1] <= channel < splits[i].
struct RangeTable {
  std::vector<std::string> splits;
  std::vector<ShardId> shards;
  friend bool operator==(const RangeTable&, const RangeTable&) = default;
};

/// The entries themselves are rows of the catalog, one per channel: see DirectoryRouter.
struct DirectoryTable {
  Placement placement = Placement::kLeastLoaded;
  std::vector<std::uint32_t> weights;  // one per shard, all 1 unless kWeighted; 0: closed to new channels, but not all
  friend bool operator==(const DirectoryTable&, const DirectoryTable&) = default;
};

/// A channel whose messages are in several shards, bucket by bucket. What it holds besides is where the table says.
struct Spread {
  std::string channel;
  std::vector<ShardId> shards;  // not empty; one may stand there twice once shards were merged

  ShardId ShardOf(std::uint64_t bucket) const { return shards[bucket % shards.size()]; }
  friend bool operator==(const Spread&, const Spread&) = default;
};
/// The most that a store may have.
inline constexpr std::size_t kMaxSpreads = 1024;

struct ShardMap {
  Epoch epoch{1};
  std::uint32_t shards = 0;
  std::variant<HashTable, RangeTable, DirectoryTable> table;
  std::vector<Spread> spreads = {};           // sorted by channel
  std::chrono::milliseconds bucket_width{0};  // by which they are spread; 0 without any

  std::string_view strategy() const;  // "hash", "range", "directory"
  /// Null: the channel is not spread.
  const Spread* SpreadOf(std::string_view channel) const;
  friend bool operator==(const ShardMap&, const ShardMap&) = default;
};

/// kInvalidArgument naming the field, or OK.
Status ValidateRouting(const Routing& routing);
/// The first map (epoch 1) of a store with this routing. REQUIRES: valid routing.
ShardMap MakeShardMap(const Routing& routing);
/// kInvalidArgument, saying what the store has, if `wanted` is not what `map` is. Directory entries are not in
/// the map: see CheckSameEntries.
Status CheckSameRouting(const ShardMap& map, const Routing& wanted);

/// The table with `shards` shards (more than now): every new shard takes slots from the fullest ones, as few as
/// evenness needs, and no slot moves between old shards.
HashTable GrowHashTable(const HashTable& table, std::uint32_t old_shards, std::uint32_t shards);

std::string EncodeShardMap(const ShardMap& map);
/// nullopt if the bytes are not a valid shard map (tables checked: sizes, order, every shard < shards).
std::optional<ShardMap> DecodeShardMap(std::string_view bytes);

}  // namespace rookery::routing
