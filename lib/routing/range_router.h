// Range routing: the sorted split points that a channel lies between name its shard.
#pragma once

#include <cstddef>
#include <string_view>

#include "routing/static_router.h"

namespace rookery::routing {

/// Immutable. REQUIRES: the map holds a RangeTable.
class RangeRouter final : public StaticRouter {
 public:
  explicit RangeRouter(const ShardMap& shard_map)
      : StaticRouter(shard_map), table_(std::get<RangeTable>(map().table)) {}

  RouteExplanation Explain(std::string_view channel) const override;

 private:
  ShardId ShardOf(std::string_view channel) const override { return table_.shards[RangeOf(channel)]; }
  /// The number of split points at or below the channel.
  std::size_t RangeOf(std::string_view channel) const;

  const RangeTable& table_;
};

}  // namespace rookery::routing
