#include "store/growing_rows.h"

#include "base/macros.h"

namespace rookery::store {

Status GrowingRows::Commit(engine::Batch& batch, const BatchNeeds& needs, WriteAttempt* attempt) {
  const bool must = needs.horizon || SuppliedIsNew(needs.highest_supplied);
  if (must || LoadsAreDue(needs.now)) {
    if (must) {
      mutex_.lock();
    } else if (!mutex_.try_lock()) {
      // Loads can wait for a later batch; a batch does not wait for them.
      return committer_.Commit(batch, attempt);
    }
    const base::MutexLock lock(mutex_, std::adopt_lock);
    RK_ASSIGN_OR_RETURN(const bool committed, CommitWithRows(batch, needs, attempt));
    if (committed) return {};
  }
  return committer_.Commit(batch, attempt);
}

Result<bool> GrowingRows::CommitWithRows(engine::Batch& batch, const BatchNeeds& needs, WriteAttempt* attempt) {
  // Another batch may have brought them while this one waited.
  const bool add_horizon = needs.horizon && *needs.horizon > stored_horizon_;
  const bool add_supplied = SuppliedIsNew(needs.highest_supplied);
  const bool add_loads = LoadsAreDue(needs.now);
  if (!add_horizon && !add_supplied && !add_loads) return false;

  if (add_horizon) catalog_.PutIdHorizon(&batch, *needs.horizon);
  if (add_supplied) catalog_.PutHighestSuppliedId(&batch, needs.highest_supplied);
  if (add_loads) catalog_.PutLoads(&batch, context_.routes.current());
  RK_TRY(committer_.Commit(batch, attempt));
  if (add_horizon) {
    stored_horizon_ = *needs.horizon;
    context_.ids->HorizonStored(*needs.horizon);
  }
  if (add_supplied) stored_supplied_.store(needs.highest_supplied, std::memory_order_release);
  if (add_loads) loads_stored_at_.store(needs.now, std::memory_order_relaxed);
  return true;
}

Status GrowingRows::Finish() {
  const base::MutexLock lock(mutex_);
  const auto scratch = committer_.NewScratch();
  if (const auto horizon = context_.ids->Finish()) catalog_.PutIdHorizon(scratch->batch.get(), *horizon);
  catalog_.PutLoads(scratch->batch.get(), context_.routes.current());
  if (scratch->batch->count() == 0) return {};
  WriteAttempt attempt{.durability = Durability::kBuffered};
  Status status = committer_.Commit(*scratch->batch, &attempt);
  // What is stored is safe, only further off: closing does not wait for an engine that takes no writes, nor fail by it.
  return status.code() == StatusCode::kBusy ? Status{} : status;
}

bool GrowingRows::SuppliedIsNew(MessageId highest_supplied) const {
  return highest_supplied > stored_supplied_.load(std::memory_order_acquire);
}

bool GrowingRows::LoadsAreDue(Timestamp now) const {
  const Timestamp stored_at = loads_stored_at_.load(std::memory_order_relaxed);
  return now < stored_at || now - kLoadsStep >= stored_at;  // the clock may have stepped back
}

}  // namespace rookery::store
