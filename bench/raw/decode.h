// From stored bytes to the rows that are compared with the reference; also from a page's `before` to the key to seek.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/contender.h"
#include "bench/raw/arena_page.h"

namespace rookery::bench {

/// The message in a value; throws Failure if it is none.
Row DecodeRow(MessageId id, std::string_view value);
std::vector<Row> DecodeRows(const ArenaPage& page);

/// The id at the end of a message's key.
MessageId IdOfKey(std::string_view key);
/// Where a page of ids below `before` begins.
std::string SeekKey(const EncodedChat& encoded, std::size_t channel, std::optional<MessageId> before);

}  // namespace rookery::bench
