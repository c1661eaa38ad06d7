// One who works on an open store in threads of its own, and so has to end before the store is closed.
#pragma once

#include <chrono>
#include <cstdint>

#include "rookery/status.h"

namespace rookery::store {

class Attendant {
 public:
  virtual ~Attendant() = default;
  /// An error: the thread that asks cannot close the store now. Ends nothing.
  virtual Status MayClose() const = 0;
  /// Ends it: once this has returned OK, it does not touch the store's engine. Idempotent. Any error: the store cannot
  /// be closed now, and goes on.
  virtual Status BeforeClose() = 0;
  /// Returns when all that was given to it before is written, or could not be. kBusy: the timeout has passed first.
  virtual Status Drain(std::chrono::milliseconds timeout) = 0;
  /// What it holds of what was given to it and is not written yet. Called from any thread.
  virtual std::uint64_t memory_bytes() const = 0;
};

}  // namespace rookery::store
