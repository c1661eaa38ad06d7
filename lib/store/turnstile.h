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
    for (int closed = Load(); closed > 0; closed = Load()) closed_.wait(closed, std::memory_order_acquire);
  }

  /// Closes it for its own lifetime. Several may: it is open when all are gone.
  class Closed {
   public:
    explicit Closed(Turnstile* turnstile) : turnstile_(*turnstile) { turnstile_.closed_.fetch_add(1); }
    ~Closed() {
      turnstile_.closed_.fetch_sub(1);
      turnstile_.closed_.notify_all();
    }
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;

   private:
    Turnstile& turnstile_;
  };

 private:
  int Load() const { return closed_.load(std::memory_order_acquire); }

  std::atomic<int> closed_{0};  // how many hold it closed
};

}  // namespace rookery::store
