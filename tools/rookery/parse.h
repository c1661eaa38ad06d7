// Strict reading of what was typed: the whole text must be what is expected, or the error says what is. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/routing.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::cli {

/// Decimal digits, 0 included. No sign, no spaces, no overflow.
Result<std::uint64_t> ParseCount(std::string_view text);
/// As ParseCount, but not 0.
Result<std::uint64_t> ParsePositive(std::string_view text);
/// Bytes: "1048576", "64MiB", "64M" and "2 GiB"; units are powers of 1024 with an i, else of 1000.
Result<std::size_t> ParseSize(std::string_view text);
/// "1" to "100", as a part of 1.
Result<double> ParsePercent(std::string_view text);
Result<std::uint32_t> ParseSmallCount(std::string_view text);
/// "1", "0.5": more than 0 and at most a day, to the millisecond.
Result<std::chrono::milliseconds> ParseSeconds(std::string_view text);
/// How long: 90s, 15m, 12h, 30d, 4w. Not 0.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);
/// As ParseDuration, or none: "0", "0s".
Result<std::chrono::milliseconds> ParseMaxAge(std::string_view text);
Result<MessageId> ParseMessageId(std::string_view text);
Result<Version> ParseVersion(std::string_view text);

/// "+02:00", "-05:30", "+0200" or "Z".
Result<std::chrono::minutes> ParseUtcOffset(std::string_view text);

/// A moment in the past or an exact one: RFC 3339, a date (its midnight in UTC), milliseconds since 1970, "now",
/// "today", "yesterday" (midnight in UTC), or how long before `now`: 90s, 15m, 2h, 3d, 1w.
Result<Timestamp> ParseMoment(std::string_view text, Timestamp now);
/// As ParseMoment, by the system's clock.
Result<Timestamp> ParseMomentNow(std::string_view text);
/// When ids begin to count: "unix" (1970), "discord" (2015), or RFC 3339.
Result<Timestamp> ParseEpoch(std::string_view text);

/// "a,m,t": at each comma.
std::vector<std::string> SplitAtCommas(std::string_view text);
Result<std::vector<std::uint32_t>> ParseWeights(std::string_view text);
/// "name=value": at the first '='.
Result<std::pair<std::string, std::string>> ParseAttribute(std::string_view text);
/// "channel=shard": at the last '=', as channels may contain one.
Result<std::pair<std::string, ShardId>> ParseAssignment(std::string_view text);

}  // namespace rookery::cli
