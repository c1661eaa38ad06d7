// Hash routing: the channel's hash names a slot, the map's table names the slot's shard.
#pragma once

#include <string_view>

#include "routing/static_router.h"

namespace rookery::routing {

/// Immutable. REQUIRES: the map holds a HashTable.
class HashRouter final : public StaticRouter {
 public:
  explicit HashRouter(const ShardMap& shard_map) : StaticRouter(shard_map), table_(std::get<HashTable>(map().table)) {}

  RouteExplanation Explain(std::string_view channel) const override;

 private:
  ShardId ShardOf(std::string_view channel) const override;

  const HashTable& table_;
};

}  // namespace rookery::routing
