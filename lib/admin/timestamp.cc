// Times as text: RFC 3339 in UTC with milliseconds; what lies outside its years as plain milliseconds.
#include <array>
#include <chrono>
#include <cstdio>

#include "admin/import/calendar.h"
#include "admin/message_json.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

/// "Z", "+01:00", "-0530" or "+01", all of `text`.
std::optional<std::chrono::minutes> ParseOffset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes{0};
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hours = TakeDigits(&text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  if (text.empty()) return std::chrono::minutes{sign * *hours * 60};
  if (text.front() == ':') text.remove_prefix(1);
  const auto minutes = TakeDigits(&text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  return std::chrono::minutes{sign * (*hours * 60 + *minutes)};
}

/// ".123456" at the front of *text as milliseconds; digits after the third are cut off.
std::optional<std::chrono::milliseconds> TakeFraction(std::string_view* text) {
  if (text->empty() || text->front() != '.') return std::chrono::milliseconds{0};
  text->remove_prefix(1);
  int value = 0;
  int digits = 0;
  for (; !text->empty() && IsDigit(text->front()); text->remove_prefix(1), ++digits) {
    if (digits < 3) value = value * 10 + (text->front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (int i = digits; i < 3; ++i) value *= 10;
  return std::chrono::milliseconds{value};
}

}  // namespace

std::string FormatTimestamp(Timestamp time) {
  if (time < kYear0 || time >= kYear10000) return std::to_string(time.time_since_epoch().count());
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  if (const auto milliseconds = ParseInteger(text)) return Timestamp{std::chrono::milliseconds{*milliseconds}};
  const auto date = TakeIsoDate(&text);
  if (!date) return std::nullopt;
  if (text.empty()) return Timestamp{std::chrono::sys_days{*date}};
  if (text.front() != 'T' && text.front() != 't' && text.front() != ' ') return std::nullopt;
  text.remove_prefix(1);
  const auto clock = TakeClock(&text);
  if (!clock) return std::nullopt;
  const auto fraction = TakeFraction(&text);
  if (!fraction) return std::nullopt;
  const auto offset = ParseOffset(text);
  if (!offset) return std::nullopt;
  return Timestamp{std::chrono::sys_days{*date} + *clock - *offset + *fraction};
}

}  // namespace rookery::admin
