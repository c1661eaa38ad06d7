// Dates and times as logs and mails write them: the pieces from which every importer puts a time together.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "rookery/types.h"

namespace rookery::admin {

/// The first moments of the year 0 and of the year 10000: RFC 3339 can write what lies between.
inline constexpr Timestamp kYear0{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
inline constexpr Timestamp kYear10000{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};

/// "2026-01-31" at the front of *text, which is removed. nullopt: it is no date of the calendar.
std::optional<std::chrono::year_month_day> TakeIsoDate(std::string_view* text);

/// "23:59" or "23:59:60" at the front of *text, which is removed.
std::optional<std::chrono::seconds> TakeClock(std::string_view* text);

/// The month of "Jan" ... "Dec"; nullopt: another word.
std::optional<std::chrono::month> MonthOf(std::string_view name);
/// True for "Mon" ... "Sun".
bool IsWeekday(std::string_view name);

/// A date of the calendar, or nullopt.
std::optional<std::chrono::year_month_day> MakeDate(int year, std::chrono::month month, int day);

/// "Sat, 10 Oct 2020 21:01:16 +0200" (RFC 5322 with a numeric zone), all of `text`; the weekday may be missing.
std::optional<Timestamp> ParseMailDate(std::string_view text);

/// The last date written as YYYY-MM-DD, YYYY_MM_DD or YYYYMMDD in a file name, and where it stands.
struct DateInName {
  std::chrono::year_month_day date;
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::optional<DateInName> FindDate(std::string_view name);

}  // namespace rookery::admin
