// The directory in memory: channel -> entry, read by every request and written once per channel.
//
// Idea: stripes by hash, each a map under its own shared lock, so that readers of one channel wait at most for one
// insertion into the same stripe.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.h"
#include "rookery/types.h"

namespace rookery::routing {

struct DirectoryEntry {
  ShardId shard;
  bool stored = false;  // the entry's row is known to be written
};

/// Thread-safe. An entry is never removed and its shard never changes.
class ChannelTable {
 public:
  std::optional<DirectoryEntry> Find(std::string_view channel) const;
  /// False, and nothing changes, if the channel has an entry.
  bool Insert(std::string_view channel, DirectoryEntry entry);
  /// No effect if the channel has no entry.
  void MarkStored(std::string_view channel);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view channel) const noexcept;
  };
  struct alignas(64) Stripe {
    mutable base::SharedMutex mutex;
    std::unordered_map<std::string, DirectoryEntry, Hash, std::equal_to<>> entries RK_GUARDED_BY(mutex);
  };
  static constexpr std::size_t kStripes = 64;

  const Stripe& StripeOf(std::string_view channel) const;
  Stripe& StripeOf(std::string_view channel);

  std::array<Stripe, kStripes> stripes_;
};

}  // namespace rookery::routing
