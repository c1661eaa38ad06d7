// What the strategies have in common whose map alone decides: every channel has its shard, nothing is remembered.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "routing/router.h"

namespace rookery::routing {

/// Immutable, so thread-safe.
class StaticRouter : public Router {
 public:
  std::optional<ShardId> Find(std::string_view channel) const final { return ShardOf(channel); }
  WriteRoute FindOrPlace(std::string_view channel) final { return {.shard = ShardOf(channel)}; }
  void EntryStored(std::string_view /*channel*/) final {}
  void Learn(std::string_view /*channel*/, ShardId /*shard*/) final {}
  void NoteWritten(ShardId /*shard*/, std::uint64_t /*bytes*/) final {}
  void NoteNotWritten(ShardId /*shard*/, std::uint64_t /*bytes*/) final {}
  std::vector<ShardLoad> Loads() const final { return {}; }

 protected:
  using Router::Router;
  virtual ShardId ShardOf(std::string_view channel) const = 0;
};

}  // namespace rookery::routing
