#include "store/reshard/channel_weights.h"

#include <string>
#include <utility>

#include "base/macros.h"
#include "store/channel_lister.h"

namespace rookery::store {

Result<std::vector<routing::ChannelWeight>> WeighChannels(const Context& context, BucketKeeper* keeper,
                                                          const ByBucket& by_bucket,
                                                          const std::atomic<bool>& cancelled) {
  std::vector<routing::ChannelWeight> weights;
  RK_TRY(VisitChannels(context, [&](std::string channel) -> Status {
    if (cancelled.load(std::memory_order_relaxed)) return {StatusCode::kInterrupted, "the store is being closed"};
    const auto shard = context.routes->Find(channel);
    if (!shard) return {};
    routing::ChannelWeight weight{.channel = std::move(channel), .shard = *shard};
    const bool is_spread = context.routes->SpreadOf(weight.channel) != nullptr;
    if (!is_spread) {
      RK_ASSIGN_OR_RETURN(const Tally tally, keeper->Count(weight.channel));
      weight.messages = tally.live;
      weight.bytes = tally.bytes;
    }
    if (is_spread || weight.channel == by_bucket.channel || weight.bytes >= by_bucket.from_bytes) {
      RK_ASSIGN_OR_RETURN(const std::vector<Bucket> buckets, keeper->CountedBuckets(weight.channel));
      for (const Bucket& bucket : buckets) {
        const Tally tally = TallyOf(bucket);
        weight.buckets.push_back({.bucket = bucket.number, .messages = tally.live, .bytes = tally.bytes});
      }
    }
    weights.push_back(std::move(weight));
    return {};
  }));
  return weights;
}

}  // namespace rookery::store
