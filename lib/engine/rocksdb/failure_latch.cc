#include "engine/rocksdb/failure_latch.h"

namespace rookery::engine {

Status FailureLatch::Note(Status failure) {
  if (failure.ok() || failure.code() == StatusCode::kBusy) return failure;
  const std::lock_guard lock(mutex_);
  if (first_.ok()) first_ = failure;
  return failure;
}

Status FailureLatch::first() const {
  const std::lock_guard lock(mutex_);
  return first_;
}

}  // namespace rookery::engine
