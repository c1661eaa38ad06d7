// Copies what channels that move had before every write went to both of their places.
//
// Idea: a segment is read at one state, while the mirror remembers what is written meanwhile; its rows are written in
// small batches, each while no other write is under way, without those that were written since: these are in both
// places already. So nobody waits for the reading, and for a batch no longer than for any other one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

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
  /// All outlive it. `stop`: soon after it is set CopySome answers kInterrupted.
  Backfill(const Context* context, const Catalog* catalog, Committer* committer, Mirror* mirror,
           const std::atomic<bool>* stop)
      : context_(*context), catalog_(*catalog), committer_(*committer), mirror_(*mirror), stop_(*stop) {}

  /// What a segment took.
  struct Segment {
    std::uint64_t bytes = 0;
    std::chrono::nanoseconds busy{0};         // reading and writing
    std::chrono::nanoseconds least_pause{0};  // after it, so that others who write get most of the time
    bool more = true;                         // false: nothing was left to copy
  };
  enum class Length { kOneBatch, kUntilOthersWrite };

  /// Copies from `progress` on, and moves it on with each batch, in the same batch: one, or as many as one state is
  /// read for while nobody else writes. kInterrupted: as said above. kBusy: the engine took no writes; go on later.
  Result<Segment> CopySome(ReshardProgress* progress, Length length);

 private:
  /// Returns how long nobody else could write.
  Result<std::chrono::nanoseconds> Write(engine::Batch* copies);

  const Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  Mirror& mirror_;
  const std::atomic<bool>& stop_;
  std::uint64_t batches_of_others_ = 0;
};

}  // namespace rookery::store
