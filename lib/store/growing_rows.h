// The rows of the catalog that grow while a store is written to: the id horizon, the highest id that a caller brought,
// and the loads of the shards. Each is written together with the batch that made it grow.
//
// Invariant: a batch is acknowledged only when the log holds a horizon above its ids and a highest supplied id that is
// not below those it brought; and neither row falls while ids are made. So what counts as stored advances only after a
// write, and from adding a row until its batch is written nobody else adds one.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "base/mutex.h"
#include "engine/engine.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"

namespace rookery::store {

/// What must be stored when a batch is.
struct BatchNeeds {
  Timestamp now;                          // when it is written, for what is stored as time passes
  std::optional<Timestamp> horizon = {};  // as the id generator asks for it
  MessageId highest_supplied = {};        // of the ids that callers brought; 0: none
};

/// Thread-safe. A batch that needs nothing takes no lock.
class GrowingRows {
 public:
  /// At least so much time lies between two writes of the loads, and a crash loses about as much of them.
  static constexpr std::chrono::seconds kLoadsStep{1};

  /// `highest_supplied`: what the catalog holds.
  GrowingRows(Context* context, const Catalog* catalog, Committer* committer, std::optional<MessageId> highest_supplied)
      : context_(*context),
        catalog_(*catalog),
        committer_(*committer),
        stored_supplied_(highest_supplied.value_or(MessageId{})) {}

  /// Commits the batch with the rows that it needs and that are not stored yet.
  Status Commit(engine::Batch& batch, const BatchNeeds& needs, WriteAttempt* attempt);
  /// Writes the rows for the last time. No id is made afterwards, so the horizon may come down to those that were.
  Status Finish();

 private:
  bool SuppliedIsNew(MessageId highest_supplied) const;
  bool LoadsAreDue(Timestamp now) const;
  /// False, and nothing was done, if the batch needs no row any more.
  Result<bool> CommitWithRows(engine::Batch& batch, const BatchNeeds& needs, WriteAttempt* attempt) RK_REQUIRES(mutex_);

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  base::Mutex mutex_;  // locked after channels and rows; under it only what locks nothing further
  Timestamp stored_horizon_ RK_GUARDED_BY(mutex_) = Timestamp::min();
  std::atomic<MessageId> stored_supplied_;                     // set under mutex_
  std::atomic<Timestamp> loads_stored_at_ = Timestamp::min();  // set under mutex_
};

}  // namespace rookery::store
