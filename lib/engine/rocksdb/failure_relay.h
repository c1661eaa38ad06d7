// Passes on that background work failed, from a listener that is there before the store is.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "rookery/status.h"

namespace rookery::engine {

/// Thread-safe.
class FailureRelay {
 public:
  using Callback = std::function<void(Status cause)>;

  void Tell(Status cause);
  /// Called for each failure, also for the one of before, on the thread of whoever found out. Once this has returned,
  /// the callback of before is not called any more.
  void NotifyOf(Callback failed);

 private:
  std::mutex mutex_;  // held during a call
  // Guarded by mutex_.
  Callback failed_;
  std::optional<Status> untold_;  // of before there was anybody to tell
};

}  // namespace rookery::engine
