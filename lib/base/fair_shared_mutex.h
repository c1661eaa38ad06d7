// A shared mutex at which neither readers nor writers starve.
//
// Idea: std::shared_mutex is glibc's rwlock, which lets readers in as long as there are any; its other kind lets
// writers in as long as there are any. Here the writer who is next closes the entry to readers while it waits, and
// whoever finds it closed gets in line for the entry, reader or writer. So a writer waits for those who were inside
// before it, and readers who stand before the lock get in between two writers. Uncontended, a reader pays for one more
// load. Who holds it for long closes the entry as well; who has a deadline does not wait for that.
//
// A thread that holds it, shared or not, must not ask for it again: a writer may wait between the two.
#pragma once

#include <atomic>
#include <condition_variable>
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
    std::unique_lock entered(entry_);
    opened_.wait(entered, [this] { return !closed_; });
    LockEntered();
  }
  bool try_lock() { return mutex_.try_lock(); }
  void unlock() { mutex_.unlock(); }

  void lock_shared() {
    if (TryPass()) return;
    std::unique_lock entered(entry_);
    opened_.wait(entered, [this] { return !closed_; });
    mutex_.lock_shared();
  }
  /// False as well while a writer waits.
  bool try_lock_shared() { return TryPass(); }
  void unlock_shared() { mutex_.unlock_shared(); }

  // --- For who holds it long, and who cannot wait so long
  // ---------------------------------------------------------------
  /// As lock(); until open(), which is called in place of unlock(), nobody waits in those that follow.
  void close() {
    std::unique_lock entered(entry_);
    opened_.wait(entered, [this] { return !closed_; });
    LockEntered();
    closed_ = true;
    queue_.store(true, std::memory_order_relaxed);
  }
  void open() {
    mutex_.unlock();
    {
      const std::lock_guard entered(entry_);
      closed_ = false;
      queue_.store(false, std::memory_order_relaxed);
    }
    opened_.notify_all();
  }
  /// False, and nothing is locked, if it is closed, or about to be.
  bool lock_unless_closed() {
    const std::lock_guard entered(entry_);
    if (closed_) return false;
    LockEntered();
    return true;
  }
  bool lock_shared_unless_closed() {
    if (TryPass()) return true;
    const std::lock_guard entered(entry_);
    if (closed_) return false;
    mutex_.lock_shared();
    return true;
  }

 private:
  bool TryPass() { return !queue_.load(std::memory_order_relaxed) && mutex_.try_lock_shared(); }
  /// REQUIRES: entry_ is held, and it is not closed: so whoever has mutex_ lets it go soon.
  void LockEntered() {
    queue_.store(true, std::memory_order_relaxed);
    mutex_.lock();
    queue_.store(false, std::memory_order_relaxed);
  }

  std::shared_mutex mutex_;
  std::atomic<bool> queue_{false};  // who comes has to take entry_: a writer waits, or it is closed
  std::mutex entry_;                // locked before mutex_, and let go as soon as that is held
  std::condition_variable opened_;
  bool closed_ = false;  // guarded by entry_
};

}  // namespace rookery::base
