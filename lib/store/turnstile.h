// Holds those up who come, while somebody lets everybody inside leave.
//
// Idea: a shared lock that is never free of readers is never free for a writer. Who wants everybody out closes the
// turnstile first and waits for the lock then. Passing an open one is one load of a line that all share.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace rookery::store {

/// Thread-safe.
class Turnstile {
 public:
  bool open() const { return closed_.load(std::memory_order_acquire) == 0; }
  /// Waits while it is closed.
  void Pass() const {
    if (open()) return;
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open(); });
  }
  /// The same, but false if it is still closed at the deadline.
  bool PassUntil(std::chrono::steady_clock::time_point deadline) const {
    if (open()) return true;
    std::unique_lock lock(mutex_);
    return opened_.wait_until(lock, deadline, [this] { return open(); });
  }

  /// Closes it for its own lifetime. Several may: it is open when all are gone.
  class Closed {
   public:
    explicit Closed(Turnstile* turnstile) : turnstile_(*turnstile) { turnstile_.closed_.fetch_add(1); }
    ~Closed() {
      const std::lock_guard lock(turnstile_.mutex_);
      turnstile_.closed_.fetch_sub(1);
      turnstile_.opened_.notify_all();
    }
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;

   private:
    Turnstile& turnstile_;
  };

 private:
  std::atomic<int> closed_{0};  // how many hold it closed; falls under mutex_
  mutable std::mutex mutex_;
  mutable std::condition_variable opened_;
};

}  // namespace rookery::store
