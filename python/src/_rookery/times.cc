#include "times.h"

#include <Python.h>
#include <datetime.h>

#include <chrono>
#include <limits>

#include "errors.h"

namespace rookery::python {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr sys_days kFirstDay{std::chrono::year{1} / 1 / 1};
constexpr sys_days kLastDay{std::chrono::year{9999} / 12 / 31};

/// How far the local time of an aware datetime is ahead of UTC.
microseconds OffsetOf(nb::handle datetime) {
  PyObject* const zone = PyDateTime_DATE_GET_TZINFO(datetime.ptr());
  if (zone == Py_None || zone == PyDateTime_TimeZone_UTC) return microseconds{0};
  const nb::object offset = datetime.attr("utcoffset")();
  if (offset.is_none()) return microseconds{0};
  return days{PyDateTime_DELTA_GET_DAYS(offset.ptr())} + seconds{PyDateTime_DELTA_GET_SECONDS(offset.ptr())} +
         microseconds{PyDateTime_DELTA_GET_MICROSECONDS(offset.ptr())};
}

Timestamp FromDatetime(nb::handle datetime) {
  PyObject* const value = datetime.ptr();
  const std::chrono::year_month_day date{std::chrono::year{PyDateTime_GET_YEAR(value)},
                                         std::chrono::month{static_cast<unsigned>(PyDateTime_GET_MONTH(value))},
                                         std::chrono::day{static_cast<unsigned>(PyDateTime_GET_DAY(value))}};
  const auto local = sys_days{date} + hours{PyDateTime_DATE_GET_HOUR(value)} +
                     minutes{PyDateTime_DATE_GET_MINUTE(value)} + seconds{PyDateTime_DATE_GET_SECOND(value)} +
                     microseconds{PyDateTime_DATE_GET_MICROSECOND(value)};
  return std::chrono::floor<milliseconds>(local - OffsetOf(datetime));
}

}  // namespace

void LoadDatetime() {
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw nb::python_error();
}

Timestamp TimeArgument(nb::handle value, const ArgumentName& name) {
  // Not its subclasses: pandas.NaT is one, and has a year.
  if (PyDateTime_CheckExact(value.ptr())) return FromDatetime(value);
  if (PyIndex_Check(value.ptr()) == 0) {
    RaiseWrongType(name.Text(), "a datetime or int (milliseconds since 1970)", value);
  }
  using Limits = std::numeric_limits<std::int64_t>;
  return Timestamp{milliseconds{IntegerArgument(value, name, Limits::min(), Limits::max())}};
}

nb::object ToDatetime(Timestamp time) {
  const auto day = std::chrono::floor<days>(time);
  if (day < kFirstDay || day > kLastDay) {
    PyErr_Format(PyExc_OverflowError,
                 "datetime has years 1 to 9999, and %lld milliseconds since 1970 are in none of them",
                 static_cast<long long>(Milliseconds(time)));
    throw nb::python_error();
  }
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  nb::object datetime = nb::steal(PyDateTimeAPI->DateTime_FromDateAndTime(
      static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
      static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(microseconds{clock.subseconds()}.count()), PyDateTime_TimeZone_UTC,
      PyDateTimeAPI->DateTimeType));
  if (!datetime.is_valid()) throw nb::python_error();
  return datetime;
}

nb::object ToDatetime(std::optional<Timestamp> time) { return time ? ToDatetime(*time) : nb::none(); }

}  // namespace rookery::python
