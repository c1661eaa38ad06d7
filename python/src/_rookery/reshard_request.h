// A change of the shards, and how it is to be done, as plain values.
#pragma once

#include "binding.h"
#include "rookery/reshard.h"

namespace rookery::python {

/// The name of a change and its details: ("shards", {shards}), ("split", {split, at}), ("merge", {merge, into}),
/// ("move", {move, into}), ("slots", {slots: {first, last}, into}), ("range", {range: {lower, upper}, into}),
/// ("rebalance", {rebalance: "bytes" or "messages"}) or ("strategy", {strategy: see routing_option.h}).
/// InvalidArgumentError names what does not fit.
ReshardRequest ReshardRequestFrom(nb::handle value);

/// {cell, epoch, keep (seconds), share, max_bytes_per_second}. What is left out has its default.
ReshardOptions ReshardOptionsFrom(nb::handle dict);

}  // namespace rookery::python
