// What all channels hold: what a plan of resharding goes by.
#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "rookery/status.h"
#include "routing/reshard/plan.h"
#include "store/buckets/bucket_keeper.h"
#include "store/context.h"

namespace rookery::store {

/// Sorted by name. Messages come from the bucket map; a channel that holds nothing but records weighs nothing. Of those
/// that are spread, and of `also`, bucket by bucket. kInterrupted: `cancelled` became true.
Result<std::vector<routing::ChannelWeight>> WeighChannels(const Context& context, BucketKeeper* keeper,
                                                          std::string_view also, const std::atomic<bool>& cancelled);

}  // namespace rookery::store
