// Does the parts of a load, a few at a time.
#pragma once

#include <functional>
#include <span>

#include "store/bulk/shard_load.h"

namespace rookery::store::bulk {

/// Runs all parts by `threads` threads, or as many as there are to be had, those with most to do first. `tick` is
/// called about ten times a second by the calling thread; false stops the parts, and the answer is kInterrupted. Else
/// the answer is the first error. If there is no thread at all, the calling one runs the parts and calls `tick` before
/// each.
Status RunParts(std::span<ShardLoad* const> parts, LoadContext* load, const engine::Snapshot* snapshot,
                std::size_t threads, const std::function<bool()>& tick);

}  // namespace rookery::store::bulk
