// Router: shard map and channel -> shard. One implementation per strategy, all under tests/routing/router_contract.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rookery/routing.h"
#include "rookery/types.h"
#include "routing/shard_map.h"

namespace rookery::routing {

/// What a placement policy may go by. Indexed by shard.
struct ShardLoad {
  std::uint64_t channels = 0;       // entries of the directory
  std::uint64_t bytes_written = 0;  // since the store was created, about
};

/// The shard for a write.
struct WriteRoute {
  ShardId shard;
  bool remember = false;  // the channel's directory entry is not stored yet: put it into the batch of this write
};

/// What lies in one shard as a whole: of a spread channel the messages of one bucket and what hangs on them, else all
/// that a channel holds.
struct Part {
  std::string_view channel;
  std::optional<std::uint64_t> bucket = {};  // of what belongs to a bucket: it decides if the channel is spread
};

class Directory;

/// Thread-safe. Does no IO: a directory's entries are handed in, and handed out to be stored.
class Router {
 public:
  /// What the router of a directory goes by.
  struct Entries {
    std::shared_ptr<Directory> directory = nullptr;  // shared with other routers; null: one of its own
    std::optional<DirectoryTable> placing = {};      // where unseen channels go; absent: where the map says
  };
  /// The router for `map`. For a directory, add the stored entries with Learn before the first route.
  static std::unique_ptr<Router> New(const ShardMap& map) { return New(map, {}); }
  static std::unique_ptr<Router> New(const ShardMap& map, const Entries& entries);
  virtual ~Router() = default;

  const ShardMap& map() const { return map_; }
  /// Whether an unseen channel is given a place when it is first written to, and has none before.
  bool places_channels() const { return std::holds_alternative<DirectoryTable>(map_.table); }

  /// Where the channel's rows are, but for those of a spread channel's buckets. nullopt: a channel that a directory has
  /// not seen, so it has no rows.
  virtual std::optional<ShardId> Find(std::string_view channel) const = 0;

  /// Where a part of the channel is; nullopt as in Find.
  std::optional<ShardId> FindPart(const Part& part) const {
    const Spread* spread = part.bucket && spreads() ? SpreadOf(part.channel) : nullptr;
    return spread == nullptr ? Find(part.channel) : std::optional(spread->ShardOf(*part.bucket));
  }
  bool spreads() const { return !map_.spreads.empty(); }
  /// Null: the channel is not spread.
  const Spread* SpreadOf(std::string_view channel) const { return map_.SpreadOf(channel); }

  /// All shards that hold some part of the channel: none if it has no place.
  std::vector<ShardId> ShardsOf(std::string_view channel) const;

  /// Where to write what belongs to no bucket. A directory places an unseen channel now; while its entry is not stored,
  /// every write to the channel is told to store it, so that no row can reach the disk without it.
  virtual WriteRoute FindOrPlace(std::string_view channel) = 0;
  /// The entry is stored: FindOrPlace no longer asks for it. No effect in strategies without entries.
  virtual void EntryStored(std::string_view channel) = 0;
  /// An entry as it was stored; the first of a channel counts. Only before the router is shared.
  /// REQUIRES: shard < map().shards.
  virtual void Learn(std::string_view channel, ShardId shard) = 0;

  /// `bytes` were written to the shard (for kLeastLoaded). Also called at open with what was counted before.
  /// REQUIRES: shard < map().shards.
  virtual void NoteWritten(ShardId shard, std::uint64_t bytes) = 0;
  /// So many of the bytes that were noted were not written after all.
  virtual void NoteNotWritten(ShardId shard, std::uint64_t bytes) = 0;
  /// The loads to store, so that placement goes on after reopening as before. Empty if there is nothing to store.
  virtual std::vector<ShardLoad> Loads() const = 0;

  virtual RouteExplanation Explain(std::string_view channel) const = 0;
  /// Null in strategies without entries.
  virtual std::shared_ptr<Directory> directory() const { return nullptr; }

 protected:
  explicit Router(const ShardMap& map) : map_(map) {}

 private:
  ShardMap map_;
};

/// kInvalidArgument, naming the channel, if `wanted` gives a directory entry that is not the router's.
Status CheckSameEntries(const Router& router, const Routing& wanted);

}  // namespace rookery::routing
