#include "store/reshard/channel_weights.h"

#include <string>
#include <utility>

#include "base/macros.h"
#include "codec/key_format.h"
#include "store/channel_lister.h"
#include "store/spread_cursor.h"

namespace rookery::store {
namespace {

/// From the messages themselves, where the bucket map cannot tell.
Result<std::vector<routing::BucketWeight>> CountBuckets(const Context& context, std::string_view channel) {
  const auto snapshot = context.NewSnapshot();
  const std::string lower = codec::ChannelPrefix(codec::KeyKind::kMessage, channel);
  const std::string upper = codec::PrefixEnd(lower);
  const auto cursor =
      NewMessageCursor(context, context.routes.At(snapshot.get()), channel,
                       {.lower = lower, .upper = upper, .snapshot = snapshot.get(), .access = engine::Access::kScan});
  std::vector<routing::BucketWeight> weights;
  if (cursor == nullptr) return weights;
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    const std::uint64_t bucket = context.buckets->rule().BucketOf(codec::MessageIdOf(cursor->key()));
    if (weights.empty() || weights.back().bucket != bucket) weights.push_back({.bucket = bucket});
    ++weights.back().messages;
    weights.back().bytes += cursor->key().size() + cursor->value().size();
  }
  RK_TRY(cursor->status());
  return weights;
}

Result<std::vector<routing::BucketWeight>> WeighBuckets(const Context& context, BucketKeeper* keeper,
                                                        std::string_view channel) {
  const auto buckets = keeper->CountedBuckets(channel);
  if (!buckets && buckets.error().code() == StatusCode::kBusy) return CountBuckets(context, channel);
  if (!buckets) return buckets.error();
  std::vector<routing::BucketWeight> weights;
  for (const Bucket& bucket : *buckets) {
    const Tally tally = TallyOf(bucket);
    weights.push_back({.bucket = bucket.number, .messages = tally.live, .bytes = tally.bytes});
  }
  return weights;
}

}  // namespace

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
      RK_ASSIGN_OR_RETURN(weight.buckets, WeighBuckets(context, keeper, weight.channel));
    }
    weights.push_back(std::move(weight));
    return {};
  }));
  return weights;
}

}  // namespace rookery::store
