// Removes what a shard holds of channels that are not its own any more.
//
// Idea: nobody reads or writes rows of those channels there, but others write between them. So a run of rows of one
// channel is deleted as a range if it is long, and else row by row, as many small ranges make every reader slower. A
// shard that no map knows goes as a whole, with its files.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "rookery/status.h"
#include "rookery/types.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/reshard/some_rows.h"

namespace rookery::store {

struct SweepOptions {
  bool vacated = false;                                     // nothing in it is anybody's
  bool alone = false;                                       // writes go to both places: these must not
  SomeRows::Filter foreign;                                 // whose rows are to go
  std::function<bool(std::chrono::nanoseconds busy)> pace;  // after each batch; false: stop
  /// An earlier sweep was cut short: nothing tells any more from where to where it has deleted.
  bool resumed = false;
  std::atomic<bool>* cancelled;  // stops the last step, in which the disk space is given back
};

/// Returns when nothing of those channels is left, or kInterrupted. May be begun anew at any time.
Status SweepShard(Context* context, Committer* committer, ShardId shard, const SweepOptions& options);

}  // namespace rookery::store
