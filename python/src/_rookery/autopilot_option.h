// How shards are to be split and merged by themselves, as plain values.
#pragma once

#include "binding.h"
#include "rookery/autopilot.h"

namespace rookery::python {

/// {target_bytes, target_load, split_above, merge_below, min_shards, max_shards, interval, quiet_period, budget, keep,
/// share}, times in seconds. What is left out has its default.
AutopilotOptions AutopilotOptionsFrom(nb::handle dict);

}  // namespace rookery::python
