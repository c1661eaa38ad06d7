// Bytes as text for messages to people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rookery/types.h"

namespace rookery::base {

/// `bytes` in double quotes, with control characters, quotes and invalid UTF-8 as \xNN, cut after about `max_bytes`.
std::string Quoted(std::string_view bytes, std::size_t max_bytes = 64);

/// True if `bytes` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool IsUtf8(std::string_view bytes);

/// "shard-0003": the name of a shard's keyspace.
std::string ShardName(ShardId shard);

}  // namespace rookery::base
