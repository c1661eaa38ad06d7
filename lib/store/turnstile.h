// Holds those up who come, while somebody lets everybody inside leave.
//
// Idea: a shared lock that is never free of readers is never free for a writer. Who wants everybody out closes the
// turnstile first and waits for the lock then. Passing an open one is one load of a line that all share.
#pragma once

#include <atomic>

namespace rookery::store {

/// Thread-safe.
class Turnstile {
 public:
  /// Waits while it is closed.
  void Pass() const {
    while (closed_.load(std::memory_order_acquire)) closed_.wait(true, std::memory_order_acquire);
  }

  /// Closes it for its own lifetime. One at a time.
  class Closed {
   public:
    explicit Closed(Turnstile* turnstile) : turnstile_(*turnstile) { turnstile_.closed_.store(true); }
    ~Closed() {
      turnstile_.closed_.store(false);
      turnstile_.closed_.notify_all();
    }
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;

   private:
    Turnstile& turnstile_;
  };

 private:
  std::atomic<bool> closed_{false};
};

}  // namespace rookery::store
