// A door that threads stand before until a test opens it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace rookery::testing {

/// So long a test waits for what must come.
inline constexpr std::chrono::minutes kLongEnough{1};

/// Thread-safe.
class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    ++came_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  /// Returns when so many have come to it.
  bool AwaitVisitors(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLongEnough, [&] { return came_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t came_ = 0;
  bool open_ = false;
};

}  // namespace rookery::testing
