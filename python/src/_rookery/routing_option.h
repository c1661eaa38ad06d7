// The routing of a new store, as plain values.
#pragma once

#include "binding.h"
#include "rookery/routing.h"

namespace rookery::python {

/// ("hash", shards), ("range", [split, ...]), or ("directory", {shards, placement, weights, entries}), where the
/// entries are a dict of channel to shard. InvalidArgumentError names what does not fit.
Routing RoutingFrom(nb::handle value);

}  // namespace rookery::python
