// What a change of the shards moves, as Python's values.
#pragma once

#include "binding.h"
#include "rookery/reshard.h"

namespace rookery::python {

/// {epoch, strategy_before, strategy_after, shards_before, shards_after, transfers: [{source, target, channels,
/// messages, bytes}], bytes_before, bytes_after, changes}.
nb::dict PlanDict(const ReshardPlan& plan);

}  // namespace rookery::python
