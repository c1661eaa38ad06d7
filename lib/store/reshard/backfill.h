// Copies what channels that move had before every write went to both of their places.
//
// Idea: a segment is read at one state, while the mirror remembers what is written meanwhile; its rows are written in
// small batches, each while no other write is under way, without those that were written since: these are in both
// places already. So nobody waits for the reading, and for a batch no longer than for any other one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "rookery/status.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/reshard/job.h"
#include "store/reshard/mirror.h"

namespace rookery::store {

/// Owned by one thread.
class Backfill {
 public:
  Backfill(const Context* context, const Catalog* catalog, Committer* committer, Mirror* mirror)
      : context_(*context), catalog_(*catalog), committer_(*committer), mirror_(*mirror) {}

  /// What a batch took.
  struct Batch {
    std::uint64_t bytes = 0;
    std::chrono::nanoseconds busy;         // reading and writing it
    std::chrono::nanoseconds least_pause;  // after it, so that others who write get most of the time
  };
  /// Called after each batch. False: stop.
  using Pace = std::function<bool(const Batch& batch)>;

  /// Copies a segment from `progress` on, and moves it on with each batch, in the same batch. False: nothing is left.
  /// kInterrupted: `pace` said so. kBusy: the engine took no writes; go on later.
  Result<bool> CopySome(ReshardProgress* progress, const Pace& pace);

 private:
  /// Returns how long nobody else could write.
  Result<std::chrono::nanoseconds> Write(engine::Batch* copies);

  const Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  Mirror& mirror_;
};

}  // namespace rookery::store
