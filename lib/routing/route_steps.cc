#include "routing/route_steps.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "routing/channel_hash.h"

namespace rookery::routing {

std::string HashText(std::string_view channel) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "xxh3_64 = 0x%016" PRIx64, HashOf(channel));
  return text.data();
}

RouteExplanation ExplanationOf(const ShardMap& map, std::string_view channel, ShardId shard,
                               std::vector<RouteStep> steps) {
  RouteExplanation explanation{.channel = std::string(channel),
                               .strategy = std::string(map.strategy()),
                               .epoch = map.epoch,
                               .shard = shard,
                               .shard_name = base::ShardName(shard),
                               .placed = true,
                               .steps = std::move(steps)};
  if (const Spread* spread = map.SpreadOf(channel)) {
    std::string shards;
    for (const ShardId one : spread->shards) shards += (shards.empty() ? "" : ", ") + base::ShardName(one);
    explanation.steps.push_back({"spread", "messages, bucket by bucket, over " + shards + "; the rest below"});
  }
  explanation.steps.push_back({"shard", explanation.shard_name + " (epoch " + std::to_string(map.epoch.value) + ")"});
  return explanation;
}

}  // namespace rookery::routing
