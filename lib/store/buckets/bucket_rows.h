// Reading the stored rows and marks of a channel's buckets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/macros.h"
#include "codec/key_format.h"
#include "engine/engine.h"
#include "rookery/status.h"

namespace rookery::store {

/// Calls visit(bucket, value), which answers a Status, for the channel's rows of one kind, newest first. `snapshot` may
/// be null: the present state.
template <typename Visit>
Status VisitBucketRows(const engine::Engine& engine, engine::KeyspaceId keyspace, const engine::Snapshot* snapshot,
                       codec::KeyKind kind, std::string_view channel, Visit&& visit) {
  const std::string lower = codec::ChannelPrefix(kind, channel);
  const std::string upper = codec::PrefixEnd(lower);
  const auto cursor = engine.NewCursor(keyspace, {.lower = lower, .upper = upper, .snapshot = snapshot});
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    RK_TRY(visit(codec::BucketOf(cursor->key()), cursor->value()));
  }
  return cursor->status();
}

}  // namespace rookery::store
