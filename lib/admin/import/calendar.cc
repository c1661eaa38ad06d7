#include "admin/import/calendar.h"

#include <algorithm>
#include <array>

#include "admin/text.h"

namespace rookery::admin {
namespace {

constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
constexpr auto kWeekdays = std::to_array<std::string_view>({"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"});

/// The next word of *text, which is removed with the spaces around it.
std::string_view TakeWord(std::string_view* text) {
  *text = Trim(*text);
  return TakeUntil(text, ' ');
}

std::optional<std::chrono::minutes> ParseZone(std::string_view zone) {
  if (zone == "GMT" || zone == "UTC" || zone == "UT" || zone == "Z") return std::chrono::minutes{0};
  if (zone.size() != 5 || (zone.front() != '+' && zone.front() != '-')) return std::nullopt;
  const int sign = zone.front() == '-' ? -1 : 1;
  zone.remove_prefix(1);
  const auto hours = TakeDigits(&zone, 2);
  const auto minutes = TakeDigits(&zone, 2);
  if (!hours || !minutes) return std::nullopt;
  return std::chrono::minutes{sign * (*hours * 60 + *minutes)};
}

/// A date of four, two and two digits with `separator` between them (0: none) at the front of `text`.
std::optional<std::chrono::year_month_day> DateAt(std::string_view text, char separator) {
  const auto year = TakeDigits(&text, 4);
  if (!year) return std::nullopt;
  const auto skip = [&] {
    if (separator == 0) return true;
    if (text.empty() || text.front() != separator) return false;
    text.remove_prefix(1);
    return true;
  };
  if (!skip()) return std::nullopt;
  const auto month = TakeDigits(&text, 2);
  if (!month || !skip()) return std::nullopt;
  const auto day = TakeDigits(&text, 2);
  if (!day || *month < 1) return std::nullopt;
  return MakeDate(*year, std::chrono::month{static_cast<unsigned>(*month)}, *day);
}

}  // namespace

std::optional<std::chrono::year_month_day> MakeDate(int year, std::chrono::month month, int day) {
  if (year < 0 || year > 9999 || day < 1 || day > 31) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, month, std::chrono::day{static_cast<unsigned>(day)}};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<std::chrono::year_month_day> TakeIsoDate(std::string_view* text) {
  const auto date = DateAt(*text, '-');
  if (date) text->remove_prefix(10);
  return date;
}

std::optional<std::chrono::seconds> TakeClock(std::string_view* text) {
  const auto hours = TakeDigits(text, 2);
  if (!hours || *hours > 23 || text->empty() || text->front() != ':') return std::nullopt;
  text->remove_prefix(1);
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::seconds clock = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  if (text->empty() || text->front() != ':') return clock;
  text->remove_prefix(1);
  const auto seconds = TakeDigits(text, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  return clock + std::chrono::seconds{*seconds};
}

std::optional<std::chrono::month> MonthOf(std::string_view name) {
  const auto* const at = std::find(kMonths.begin(), kMonths.end(), name);
  if (at == kMonths.end()) return std::nullopt;
  return std::chrono::month{static_cast<unsigned>(at - kMonths.begin()) + 1};
}

bool IsWeekday(std::string_view name) { return std::find(kWeekdays.begin(), kWeekdays.end(), name) != kWeekdays.end(); }

std::optional<Timestamp> ParseMailDate(std::string_view text) {
  if (const std::size_t comma = text.find(','); comma != std::string_view::npos) text.remove_prefix(comma + 1);
  const auto day = ParseUnsigned(TakeWord(&text));
  const auto month = MonthOf(TakeWord(&text).substr(0, 3));
  const auto year = ParseUnsigned(TakeWord(&text));
  std::string_view word = TakeWord(&text);
  if (!day || *day > 31 || !month || !year || *year > 9999) return std::nullopt;
  std::string padded;
  if (word.find(':') == 1) word = padded.append("0").append(word);
  const auto clock = TakeClock(&word);
  const auto zone = ParseZone(TakeWord(&text));
  const auto date = MakeDate(static_cast<int>(*year), *month, static_cast<int>(*day));
  if (!clock || !word.empty() || !zone || !date) return std::nullopt;
  return Timestamp{std::chrono::sys_days{*date} + *clock - *zone};
}

std::optional<DateInName> FindDate(std::string_view name) {
  for (std::size_t begin = name.size(); begin-- > 0;) {
    if (begin > 0 && IsDigit(name[begin - 1])) continue;  // in the middle of a longer number
    for (const char separator : {'-', '_', '.', '\0'}) {
      const std::size_t end = begin + (separator == 0 ? 8 : 10);
      const auto date = DateAt(name.substr(begin), separator);
      if (date && (end == name.size() || !IsDigit(name[end]))) return DateInName{*date, begin, end};
    }
  }
  return std::nullopt;
}

}  // namespace rookery::admin
