// Times from Python and to Python: whole milliseconds since 1970 as int, or datetime.datetime in UTC.
#pragma once

#include "binding.h"
#include "convert.h"
#include "rookery/types.h"

namespace rookery::python {

/// Loads what the C API of datetime needs. Call it once, when the module is loaded.
void LoadDatetime();

/// An int of milliseconds since 1970, or a datetime, of which a naive one is in UTC; microseconds are rounded down.
Timestamp TimeArgument(nb::handle value, const ArgumentName& name);
inline std::optional<Timestamp> OptionalTime(nb::handle value, const ArgumentName& name) {
  return Optional(value, [&](nb::handle time) { return TimeArgument(time, name); });
}

/// An aware datetime in UTC. OverflowError if the year is not 1 to 9999.
nb::object ToDatetime(Timestamp time);
/// Or None.
nb::object ToDatetime(std::optional<Timestamp> time);

inline std::int64_t Milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace rookery::python
