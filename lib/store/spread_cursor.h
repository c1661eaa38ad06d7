// Reads a channel's messages in order, wherever they are: of a spread channel from all of its shards at once.
//
// Idea: a bucket's messages are in one shard, so what the shards hold of the channel never overlaps; the cursor stands
// on the least key of those that its cursors stand on. While a reshard job has two places of a bucket, what is in the
// one that does not count is passed over.
#pragma once

#include <memory>
#include <string_view>

#include "engine/engine.h"
#include "routing/router.h"
#include "store/context.h"

namespace rookery::store {

/// A cursor over messages of the channel, within the bounds that the options give. Null: the channel has no place. For
/// a spread channel it has a snapshot of its own if the options have none: `router` must be of that state, too, which
/// Routes::Read sees to.
std::unique_ptr<engine::Cursor> NewMessageCursor(const Context& context, const routing::Router& router,
                                                 std::string_view channel, const engine::CursorOptions& options);

}  // namespace rookery::store
