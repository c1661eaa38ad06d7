// Moments as people type them. Relative ones are resolved against a given now, so that tests need no clock.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <optional>

#include "admin/message_json.h"
#include "parse.h"
#include "text.h"

namespace rookery::cli {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr Timestamp kDiscordEpoch{milliseconds{1'420'070'400'000}};  // 2015-01-01T00:00:00Z
constexpr std::size_t kFewestMillisecondDigits = 11;                 // from April 1973 on
constexpr std::size_t kMostAgeDigits = 6;

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::chrono::seconds> UnitOfAge(char unit) {
  switch (unit) {
    case 's':
      return std::chrono::seconds{1};
    case 'm':
      return minutes{1};
    case 'h':
      return std::chrono::hours{1};
    case 'd':
      return days{1};
    case 'w':
      return std::chrono::weeks{1};
    default:
      return std::nullopt;
  }
}

/// "2h": how long ago. nullopt: not of this form.
std::optional<milliseconds> ParseAge(std::string_view text) {
  if (text.size() < 2 || text.size() > kMostAgeDigits + 1 || !AllDigits(text.substr(0, text.size() - 1))) {
    return std::nullopt;
  }
  const auto unit = UnitOfAge(text.back());
  if (!unit) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size() - 1, number);
  return number * *unit;
}

std::optional<int> TwoDigits(std::string_view text, int most) {
  if (text.size() != 2 || !AllDigits(text)) return std::nullopt;
  const int number = (text[0] - '0') * 10 + (text[1] - '0');
  return number <= most ? std::optional(number) : std::nullopt;
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const auto age = ParseAge(text);
  if (age && age->count() > 0) return *age;
  return Status{StatusCode::kInvalidArgument,
                fmt::format("\"{}\" is not a duration such as 90s, 15m, 12h, 30d or 4w", TerminalText(text))};
}

Result<std::chrono::milliseconds> ParseMaxAge(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds{0};
  if (const auto age = ParseAge(text)) return *age;
  return ParseDuration(text);
}

Result<Timestamp> ParseMoment(std::string_view text, Timestamp now) {
  if (text == "now") return now;
  if (text == "today") return Timestamp{std::chrono::floor<days>(now)};
  if (text == "yesterday") return Timestamp{std::chrono::floor<days>(now) - days{1}};
  if (const auto age = ParseAge(text)) return now - *age;
  // A bare year would otherwise be taken for two seconds after midnight in 1970.
  const bool bare_number = AllDigits(text) && text.size() < kFewestMillisecondDigits;
  if (const auto time = admin::ParseTimestamp(text); time && !bare_number) return *time;
  return Status{StatusCode::kInvalidArgument,
                fmt::format("\"{}\" is not a time: use 2026-01-31T23:59:59Z, 2026-01-31, yesterday, or how long ago: "
                            "90s, 15m, 2h, 3d, 1w",
                            TerminalText(text))};
}

Result<Timestamp> ParseMomentNow(std::string_view text) {
  return ParseMoment(text, std::chrono::floor<milliseconds>(std::chrono::system_clock::now()));
}

Result<Timestamp> ParseEpoch(std::string_view text) {
  if (text == "unix") return Timestamp{};
  if (text == "discord") return kDiscordEpoch;
  const auto time = admin::ParseTimestamp(text);
  if (time && !AllDigits(text)) return *time;
  return Status{StatusCode::kInvalidArgument,
                fmt::format("\"{}\" is not an epoch: use unix, discord, or a time such as 2020-01-01T00:00:00Z",
                            TerminalText(text))};
}

Result<minutes> ParseUtcOffset(std::string_view text) {
  if (text == "Z" || text == "z") return minutes{0};
  const bool with_colon = text.size() == 6 && text[3] == ':';
  if ((with_colon || text.size() == 5) && (text[0] == '+' || text[0] == '-')) {
    const auto hours = TwoDigits(text.substr(1, 2), 14);
    const auto rest = TwoDigits(text.substr(with_colon ? 4 : 3), 59);
    if (hours && rest) return (text[0] == '-' ? -1 : 1) * (std::chrono::hours{*hours} + minutes{*rest});
  }
  return Status{StatusCode::kInvalidArgument,
                fmt::format("\"{}\" is not an offset from UTC such as +02:00 or -05:30", TerminalText(text))};
}

}  // namespace rookery::cli
