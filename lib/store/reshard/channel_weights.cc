#include "store/reshard/channel_weights.h"

#include <string>
#include <utility>

#include "base/macros.h"
#include "store/channel_lister.h"

namespace rookery::store {

Result<std::vector<routing::ChannelWeight>> WeighChannels(const Context& context, BucketKeeper* keeper) {
  std::vector<routing::ChannelWeight> weights;
  RK_TRY(VisitChannels(context, [&](std::string channel) -> Status {
    const auto shard = context.routes->Find(channel);
    if (!shard) return {};
    RK_ASSIGN_OR_RETURN(const Tally tally, keeper->Count(channel));
    weights.push_back({.channel = std::move(channel), .shard = *shard, .messages = tally.live, .bytes = tally.bytes});
    return {};
  }));
  return weights;
}

}  // namespace rookery::store
