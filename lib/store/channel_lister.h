// Lists the channels that hold something: jumps from channel to channel in every shard and merges what it finds.
#pragma once

#include "engine/engine.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "store/context.h"

namespace rookery::store {

/// `snapshot` may be null: one is taken. Costs a seek per channel, shard and kind of row; needs no counters on writes.
Result<ChannelPage> ListChannels(const Context& context, const ChannelQuery& query, const engine::Snapshot* snapshot);

}  // namespace rookery::store
