#include "store/reshard/channel_weights.h"

#include <string>
#include <utility>

#include "base/macros.h"
#include "store/channel_lister.h"

namespace rookery::store {

Result<std::vector<routing::ChannelWeight>> WeighChannels(const Context& context, BucketKeeper* keeper) {
  constexpr std::size_t kChannelsPerPage = 1000;
  std::vector<routing::ChannelWeight> weights;
  std::string after;
  for (bool more = true; more;) {
    RK_ASSIGN_OR_RETURN(ChannelPage page,
                        ListChannels(context, {.after = after, .limit = kChannelsPerPage}, /*snapshot=*/nullptr));
    more = page.has_more && !page.channels.empty();
    if (more) after = page.channels.back();
    for (std::string& channel : page.channels) {
      const auto shard = context.router->Find(channel);
      if (!shard) continue;
      RK_ASSIGN_OR_RETURN(const Tally tally, keeper->Count(channel));
      weights.push_back({.channel = std::move(channel), .shard = *shard, .messages = tally.live, .bytes = tally.bytes});
    }
  }
  return weights;
}

}  // namespace rookery::store
