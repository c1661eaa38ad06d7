// What all channels hold: what a plan of resharding goes by.
#pragma once

#include <vector>

#include "rookery/status.h"
#include "routing/reshard/plan.h"
#include "store/buckets/bucket_keeper.h"
#include "store/context.h"

namespace rookery::store {

/// Sorted by name. Messages come from the bucket map; a channel that holds nothing but records weighs nothing.
Result<std::vector<routing::ChannelWeight>> WeighChannels(const Context& context, BucketKeeper* keeper);

}  // namespace rookery::store
