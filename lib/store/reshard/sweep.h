// Removes what a shard holds of channels that are not its own any more.
//
// Idea: nobody reads or writes there. What lies together is deleted as a range, and files that hold nothing else go at
// once; single rows by themselves, as many small ranges make every reader slower.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "rookery/status.h"
#include "rookery/types.h"
#include "store/committer.h"
#include "store/context.h"

namespace rookery::store {

struct SweepOptions {
  std::function<bool(std::string_view channel)> foreign;    // whether its rows are to go
  std::function<bool(std::chrono::nanoseconds busy)> pace;  // after each batch; false: stop
  std::atomic<bool>* cancelled;  // stops the last step, in which the disk space is given back
};

/// Returns when nothing of those channels is left, or kInterrupted. May be begun anew at any time.
Status SweepShard(Context* context, Committer* committer, ShardId shard, const SweepOptions& options);

}  // namespace rookery::store
