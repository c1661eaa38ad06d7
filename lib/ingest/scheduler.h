// The scheduler: which destination is run next, by whichever worker is free. First come, first served; a destination
// that rests until some time is queued when that has come.
//
// Invariant: a destination is run by one worker at a time, and what was asked for while it ran is not forgotten.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "ingest/letter.h"

namespace rookery::ingest {

/// Names a destination: its place in the list of all.
struct DestinationIndex {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(DestinationIndex, DestinationIndex) = default;  // NOLINT(modernize-use-nullptr)
};

/// Thread-safe.
class Scheduler {
 public:
  explicit Scheduler(std::size_t destinations) : slots_(destinations) {}

  /// There is something to do.
  void Wake(DestinationIndex destination);
  /// For a worker: the destination to run, when there is one; absent: the end. Afterwards call
  /// RunAgain or LetRest for it.
  std::optional<DestinationIndex> Next();
  /// The same without waiting: absent if there is none now.
  std::optional<DestinationIndex> TryNext();
  /// There is more to do for it, when the others have had their turn.
  void RunAgain(DestinationIndex destination);
  /// It is run again when it is woken, or was meanwhile, or when `until` has come.
  void LetRest(DestinationIndex destination, std::optional<Time> until);
  /// Ends all workers; what is queued is not run.
  void Stop();

 private:
  enum class Phase : std::uint8_t { kResting, kQueued, kRunning, kWokenWhileRunning };
  struct Slot {
    Phase phase = Phase::kResting;
    std::optional<Time> until = {};  // in timers_, too
  };

  void Enqueue(DestinationIndex destination) RK_REQUIRES(mutex_);
  void EnqueueDue() RK_REQUIRES(mutex_);
  DestinationIndex Dequeue() RK_REQUIRES(mutex_);

  base::Mutex mutex_;
  std::condition_variable_any work_;
  std::vector<Slot> slots_ RK_GUARDED_BY(mutex_);
  std::deque<DestinationIndex> queue_ RK_GUARDED_BY(mutex_);
  std::set<std::pair<Time, DestinationIndex>> timers_ RK_GUARDED_BY(mutex_);
  std::size_t idle_ RK_GUARDED_BY(mutex_) = 0;  // workers that wait
  bool stopped_ RK_GUARDED_BY(mutex_) = false;
};

}  // namespace rookery::ingest
