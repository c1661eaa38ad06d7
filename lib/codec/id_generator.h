// Makes message ids: monotonic per store, never repeated, also across restarts and when the clock steps back.
//
// Idea: the generator owns a time that only moves forward and is never behind the clock. A millisecond that is used up,
// or a clock that steps back, makes it run ahead of the clock, up to a bound; past the bound it refuses. Ids are only
// handed out below a horizon that is stored in the same engine batch as the messages that needed it; a reopened store
// starts after the stored horizon.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/mutex.h"
#include "rookery/clock.h"
#include "rookery/options.h"
#include "rookery/stats.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::codec {

/// What comes with new ids.
struct IdIssue {
  Timestamp now;                     // what the clock said when they were made
  std::optional<Timestamp> horizon;  // set if it must be stored in the same batch
};

/// Thread-safe.
class IdGenerator {
 public:
  /// How much time one horizon covers: two extra rows per second of posting, and a crash skips at most this much.
  static constexpr std::chrono::milliseconds kHorizonStep{1000};

  /// `horizon`: the one that was stored last, or absent in a new store.
  IdGenerator(const IdOptions& options, std::shared_ptr<const Clock> clock, std::optional<Timestamp> horizon);

  /// Fills `ids` with new ids, ascending and greater than all before, or makes none. After the batch that stores
  /// issue->horizon is written, call HorizonStored. Until then every Next sets one whose ids need it, so that no batch
  /// can reach the disk without a horizon above its ids. Batches may be written in another order than their ids were
  /// made: keep the highest horizon stored, not the last one written. kBusy with retry_after: the ids would run ahead
  /// of the clock by more than IdOptions::max_clock_lead. kInvalidArgument: more ids than max_clock_lead can ever hold,
  /// or the clock is outside of what ids can tell. kClosed: after Finish.
  Status Next(std::span<MessageId> ids, IdIssue* issue);
  void HorizonStored(Timestamp horizon);

  /// Not less than any id that was made.
  MessageId Newest() const;
  /// All ids from now on are greater than `id`, if that is not further ahead of the clock than ids may run.
  void Raise(MessageId id);

  /// Makes no more ids. Returns the lowest horizon above all that were made, if it is below those that were asked for:
  /// stored in place of them, it lets the next generator go on where this one ended instead of up to a step later.
  std::optional<Timestamp> Finish();

  IdStats stats() const;

 private:
  /// A time and a sequence in one number: 1/4096 ms since the epoch, 53 bits. An id is a tick with the worker between.
  using Tick = std::uint64_t;
  using Millis = std::chrono::milliseconds;

  /// The clock's time since the epoch. Notes when it has stepped back.
  Millis ReadClock() RK_REQUIRES(mutex_);
  Status CheckClock(Millis now) const;
  Status CheckLead(Millis now, Tick first, std::size_t count) RK_REQUIRES(mutex_);
  Status CheckEnd(Millis now, Tick last) const;
  std::optional<Timestamp> HorizonFor(Tick last) RK_REQUIRES(mutex_);
  MessageId IdOf(Tick tick) const;

  const Timestamp epoch_;
  const std::uint64_t worker_bits_;
  const Millis max_lead_;
  const std::shared_ptr<const Clock> clock_;

  mutable base::Mutex mutex_;
  Tick next_ RK_GUARDED_BY(mutex_);
  Millis stored_horizon_ RK_GUARDED_BY(mutex_);   // ids below it need none
  Millis pending_horizon_ RK_GUARDED_BY(mutex_);  // handed out, perhaps not stored yet
  Millis latest_clock_ RK_GUARDED_BY(mutex_) = Millis::min();
  bool finished_ RK_GUARDED_BY(mutex_) = false;
  IdStats counters_ RK_GUARDED_BY(mutex_);  // all but the lead
};

}  // namespace rookery::codec
