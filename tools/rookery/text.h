// Bytes and numbers as text: escaped so that a line stays a line and a terminal obeys nobody but its user, and short
// forms of numbers for people. Pure; needs a UTF-8 locale (see UseUtf8).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rookery/types.h"

namespace rookery::cli {

/// Makes character classes and widths those of UTF-8, whatever the user's locale is. Call once, at the start.
void UseUtf8();

/// For tab-separated output: tab, newline, carriage return and backslash as \t \n \r \\; other bytes as they are.
std::string TabText(std::string_view bytes);

enum class LineBreaks : std::uint8_t { kEscape, kKeep };
/// For terminals: what is not printable UTF-8, and what reorders text, as \xNN for each byte.
std::string TerminalText(std::string_view bytes, LineBreaks line_breaks = LineBreaks::kEscape);

/// Columns that printable text takes on a terminal.
std::size_t DisplayWidth(std::string_view text);

std::string GroupDigits(std::uint64_t number);             // 1,234,567
std::string HumanCount(double number);                     // 999, 12.3k, 3.2M
std::string HumanBytes(double bytes);                      // 999 B, 1.2 KiB, 41.0 MiB
std::string HumanDuration(std::chrono::seconds duration);  // 0:32, 1:02:03
/// In the local time zone: 2026-01-31 23:59:59
std::string LocalTime(Timestamp time);

}  // namespace rookery::cli
