// Lists the channels that hold something: jumps from channel to channel in every shard and merges what it finds.
#pragma once

#include <functional>
#include <string>

#include "engine/engine.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "store/context.h"

namespace rookery::store {

/// `snapshot` may be null: one is taken. Costs a seek per channel, shard and kind of row; needs no counters on writes.
Result<ChannelPage> ListChannels(const Context& context, const ChannelQuery& query, const engine::Snapshot* snapshot);

/// Calls visit(channel) for every channel, in order, until it answers an error. Reads some at a time, each time anew:
/// it holds no snapshot.
Status VisitChannels(const Context& context, const std::function<Status(std::string)>& visit);

}  // namespace rookery::store
