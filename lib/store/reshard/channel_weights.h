// What all channels hold: what a plan of resharding goes by.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "rookery/status.h"
#include "routing/reshard/plan.h"
#include "store/buckets/bucket_keeper.h"
#include "store/context.h"

namespace rookery::store {

/// Which channels are weighed bucket by bucket, besides those that are spread.
struct ByBucket {
  std::string_view channel = {};
  std::uint64_t from_bytes = std::numeric_limits<std::uint64_t>::max();
};

/// Sorted by name. Messages come from the bucket map; a channel that holds nothing but records weighs nothing.
/// kInterrupted: `cancelled` became true.
Result<std::vector<routing::ChannelWeight>> WeighChannels(const Context& context, BucketKeeper* keeper,
                                                          const ByBucket& by_bucket,
                                                          const std::atomic<bool>& cancelled);

}  // namespace rookery::store
