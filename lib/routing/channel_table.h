// The directory in memory: channel -> entry, read by every request, written when the channel is placed or moved.
//
// Idea: stripes by hash, each a map under its own shared lock, so that readers of one channel wait at most for one
// insertion into the same stripe. Where a channel was before it was moved is kept, for who reads an older state.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "rookery/types.h"

namespace rookery::routing {

struct DirectoryEntry {
  ShardId shard;
  bool stored = false;  // the entry's row is known to be written
};

/// Where a channel is from an epoch on.
struct DirectoryMove {
  Epoch since;
  ShardId shard;
};

/// Thread-safe. Where an entry was in an epoch never changes.
class ChannelTable {
 public:
  /// The entry as it is in `epoch`.
  std::optional<DirectoryEntry> Find(std::string_view channel, Epoch epoch) const;
  /// False, and nothing changes, if the channel has an entry.
  bool Insert(std::string_view channel, DirectoryEntry entry);
  /// From an epoch on that is not reached yet the channel is in another shard. REQUIRES: it has an entry, and
  /// `move.since` is not before that of its last move.
  void Move(std::string_view channel, DirectoryMove move);
  /// Where it was first, and where since. REQUIRES: it has an entry.
  std::pair<ShardId, std::vector<DirectoryMove>> HistoryOf(std::string_view channel) const;
  /// False, and nothing changes, if the entry's row may be written.
  bool EraseIfNotStored(std::string_view channel);
  /// The names of all channels with an entry, about 1/64 of them at a time. Those that come meanwhile may be missing.
  void VisitNames(const std::function<void(const std::vector<std::string>& channels)>& visit) const;
  /// No effect if the channel has no entry.
  void MarkStored(std::string_view channel);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view channel) const noexcept;
  };
  template <typename Value>
  using ByName = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
  struct alignas(64) Stripe {
    mutable base::SharedMutex mutex;
    ByName<DirectoryEntry> entries RK_GUARDED_BY(mutex);
    ByName<std::vector<DirectoryMove>> moves RK_GUARDED_BY(mutex);  // in order of their epochs; of few channels
  };
  static constexpr std::size_t kStripes = 64;

  const Stripe& StripeOf(std::string_view channel) const;
  Stripe& StripeOf(std::string_view channel);

  std::array<Stripe, kStripes> stripes_;
};

}  // namespace rookery::routing
