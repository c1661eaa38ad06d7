// A shared mutex at which neither readers nor writers starve.
//
// Idea: std::shared_mutex is glibc's rwlock, which lets readers in as long as there are any; its other kind lets
// writers in as long as there are any. Here the writer who is next closes the entry to readers while it waits, and
// whoever finds it closed gets in line for the entry, reader or writer. So a writer waits for those who were inside
// before it, and readers who stand before the lock get in between two writers. Uncontended, a reader pays for one more
// load.
//
// A thread that holds it, shared or not, must not ask for it again: a writer may wait between the two.
#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace rookery::base {

/// Thread-safe. For std::lock_guard, std::unique_lock and std::shared_lock.
class FairSharedMutex {
 public:
  FairSharedMutex() = default;
  FairSharedMutex(const FairSharedMutex&) = delete;
  FairSharedMutex& operator=(const FairSharedMutex&) = delete;

  void lock() {
    const std::lock_guard entered(entry_);
    writer_waits_.store(true, std::memory_order_relaxed);
    mutex_.lock();
    writer_waits_.store(false, std::memory_order_relaxed);
  }
  bool try_lock() { return mutex_.try_lock(); }
  void unlock() { mutex_.unlock(); }

  void lock_shared() {
    if (!writer_waits_.load(std::memory_order_relaxed)) return mutex_.lock_shared();
    const std::lock_guard entered(entry_);
    mutex_.lock_shared();
  }
  /// False as well while a writer waits.
  bool try_lock_shared() { return !writer_waits_.load(std::memory_order_relaxed) && mutex_.try_lock_shared(); }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
  std::atomic<bool> writer_waits_{false};  // for mutex_, and holds entry_
  std::mutex entry_;                       // locked before mutex_, and let go as soon as that is held
};

}  // namespace rookery::base
