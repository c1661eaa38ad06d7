// The barrier that every write to the engine passes, so that one who must be alone with the engine can be.
#pragma once

#include "base/mutex.h"
#include "store/turnstile.h"

namespace rookery::store {

/// Thread-safe. Locked last: who is inside waits for nobody.
class WriteBarrier {
 public:
  /// Held while a batch is written.
  class RK_THREAD_ANNOTATION(scoped_lockable) Pass {
   public:
    explicit Pass(WriteBarrier& gate) RK_THREAD_ANNOTATION(acquire_shared_capability(gate.mutex_))
        : mutex_(gate.mutex_) {
      gate.turnstile_.Pass();
      mutex_.lock_shared();
    }
    ~Pass() RK_THREAD_ANNOTATION(release_capability()) { mutex_.unlock_shared(); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    base::SharedMutex& mutex_;
  };

  /// Waits until nobody is inside, and keeps everybody out for its own lifetime.
  class Closed {
   public:
    explicit Closed(WriteBarrier* gate) : turnstile_(&gate->turnstile_), lock_(gate->mutex_) {}

   private:
    Turnstile::Closed turnstile_;
    base::MutexLock<base::SharedMutex> lock_;
  };

 private:
  Turnstile turnstile_;
  base::SharedMutex mutex_;
};

}  // namespace rookery::store
