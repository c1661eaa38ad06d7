// The file by which a store that is open tells its counters to other processes.
//
// Lines of text, a word and its values, so that it can be read by eye and by scripts; bytes that may be anything are in
// hexadecimal. A reader skips words and metrics that it does not know.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "rookery/stats.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// Without what could tell a channel's name: those read most, prefixes, and reasons, which may quote what was refused.
/// For stores that are encrypted, as the file is not.
StoreStats WithoutNames(StoreStats stats);
/// What stands in the place of a reason in any file of an encrypted store that is not encrypted; empty for none.
std::string ReasonWithoutNames(std::string reason);
std::string ToText(const PublishedStats& published);
/// kCorruption, without a path, if it is not such a text.
Result<PublishedStats> ParsePublishedStats(std::string_view text);

}  // namespace rookery::assembly
