#include "routing/hash_router.h"

#include <string>

#include "routing/route_steps.h"

namespace rookery::routing {

ShardId HashRouter::ShardOf(std::string_view channel) const { return ShardId{table_.shard_of_slot[SlotOf(channel)]}; }

RouteExplanation HashRouter::Explain(std::string_view channel) const {
  return ExplanationOf(
      map(), channel, ShardOf(channel),
      {{"hash", HashText(channel)}, {"slot", std::to_string(SlotOf(channel)) + " of " + std::to_string(kSlots)}});
}

}  // namespace rookery::routing
