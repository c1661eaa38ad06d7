// Bytes as text: checks, quoting for messages to people, and the small string helpers that importers share.
#pragma once

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::admin {

/// True if `bytes` is well-formed UTF-8.
bool IsUtf8(std::string_view bytes);

/// `bytes` in double quotes, with control characters, quotes and what is not ASCII or UTF-8 as \xNN, cut after about
/// `max_bytes`.
std::string Quoted(std::string_view bytes, std::size_t max_bytes = 80);

/// Without spaces, tabs and line ends at both ends.
std::string_view Trim(std::string_view text);

/// The part before the first `separator`, which is removed from *rest with it; all of *rest if there is none.
std::string_view TakeUntil(std::string_view* rest, char separator);

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// The number that exactly `digits` decimal digits at the front of `text` write; they are removed. nullopt: not so
/// many.
std::optional<int> TakeDigits(std::string_view* text, int digits);

/// A decimal number that is all of `text`. nullopt: something else, or out of range.
std::optional<std::int64_t> ParseInteger(std::string_view text);
std::optional<std::uint64_t> ParseUnsigned(std::string_view text);

/// Case-insensitive for ASCII letters.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);
bool ContainsIgnoringCase(std::string_view text, std::string_view word);

}  // namespace rookery::admin
