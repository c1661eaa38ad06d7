// When shards are to be split or merged: one decision at a time, from what they hold and what is written to them.
//
// It cannot flap: halves of what was too full are not light enough to be merged, what is merged stays well below what
// is split, and between two decisions lies the quiet period. Pure; tests/cases/autopilot.txt is what it answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rookery/autopilot.h"
#include "routing/reshard/plan.h"
#include "routing/shard_map.h"

namespace rookery::routing {

/// What has been done of late.
struct AutopilotPast {
  std::optional<std::chrono::milliseconds> since_change = {};  // of the shards; absent: there was none
  std::uint64_t copied_today = 0;
};

/// Why nothing may be done now, whatever the shards hold; empty: nothing is in the way.
std::string Obstacle(const AutopilotOptions& options, const AutopilotPast& past);

/// What to do next, but for its words. `channels`: as PlanTarget takes them. `loads`: bytes written in a second, by
/// shard; what is missing is 0.
AutopilotPlan Decide(const AutopilotOptions& options, const ShardMap& map, std::span<const ChannelWeight> channels,
                     std::span<const std::uint64_t> loads, const AutopilotPast& past);

}  // namespace rookery::routing
