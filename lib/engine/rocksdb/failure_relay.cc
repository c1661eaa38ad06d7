#include "engine/rocksdb/failure_relay.h"

#include <utility>

namespace rookery::engine {

void FailureRelay::Tell(Status cause) {
  const std::lock_guard lock(mutex_);
  if (failed_) {
    failed_(std::move(cause));
  } else if (!untold_) {
    untold_ = std::move(cause);
  }
}

void FailureRelay::NotifyOf(Callback failed) {
  const std::lock_guard lock(mutex_);
  failed_ = std::move(failed);
  if (failed_ && untold_) failed_(*std::exchange(untold_, std::nullopt));
}

}  // namespace rookery::engine
