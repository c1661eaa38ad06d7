// The error for a stored row that cannot be read: says where it is, and whether a newer version wrote it.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "codec/message_codec.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::store {

/// `what` names the row, such as `message 42 of channel "general"`.
inline Status UnreadableRow(ShardId shard, std::string_view what, std::string_view value) {
  const std::string where = base::ShardName(shard) + ": " + std::string(what);
  if (codec::IsNewerFormat(value)) {
    return {StatusCode::kFormatNewer,
            where + " was written by a newer version of rookery; open the store with that one"};
  }
  return {StatusCode::kCorruption, where + " cannot be decoded; run verify to see what else is damaged"};
}

inline std::string MessageName(std::string_view channel, MessageId id) {
  return "message " + std::to_string(id.value) + " of channel " + base::Quoted(channel);
}

/// Damage that the engine found below a row, with the row's name; any other status as it is.
inline Status DamagedBelow(Status status, ShardId shard, std::string_view what) {
  if (status.code() != StatusCode::kCorruption) return status;
  return {StatusCode::kCorruption,
          base::ShardName(shard) + ": " + std::string(what) + ": " + std::string(status.message())};
}

inline Status UnreadableMessage(ShardId shard, std::string_view channel, MessageId id, std::string_view value) {
  return UnreadableRow(shard, MessageName(channel, id), value);
}

inline Status UnreadableRecord(ShardId shard, std::string_view channel, std::string_view key, std::string_view value) {
  return UnreadableRow(shard, "record " + base::Quoted(key) + " of channel " + base::Quoted(channel), value);
}

inline Status UnreadableKey(ShardId shard, std::string_view key) {
  return {StatusCode::kCorruption, base::ShardName(shard) + ": the key " + base::Quoted(key) +
                                       " cannot be decoded; run verify to see what else is damaged"};
}

}  // namespace rookery::store
