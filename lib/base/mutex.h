// Mutexes that clang's thread safety analysis understands (-Wthread-safety), so that a member can say which lock guards
// it and a function which lock it needs. Thin over the standard ones; with GCC the annotations are nothing.
#pragma once

#include <mutex>
#include <shared_mutex>

#ifdef __clang__
#define RK_THREAD_ANNOTATION(attribute) __attribute__((attribute))
#else
#define RK_THREAD_ANNOTATION(attribute)
#endif

/// Of a member: read and written only while `mutex` is held.
#define RK_GUARDED_BY(mutex) RK_THREAD_ANNOTATION(guarded_by(mutex))
/// Of a function: called only while `mutex` is held.
#define RK_REQUIRES(mutex) RK_THREAD_ANNOTATION(requires_capability(mutex))

namespace rookery::base {

class RK_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() RK_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  bool try_lock() RK_THREAD_ANNOTATION(try_acquire_capability(true)) { return mutex_.try_lock(); }
  void unlock() RK_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class RK_THREAD_ANNOTATION(capability("shared_mutex")) SharedMutex {
 public:
  void lock() RK_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() RK_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  void lock_shared() RK_THREAD_ANNOTATION(acquire_shared_capability()) { mutex_.lock_shared(); }
  void unlock_shared() RK_THREAD_ANNOTATION(release_shared_capability()) { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

/// Holds a Mutex or a SharedMutex exclusively for its own lifetime.
template <typename Lockable>
class RK_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Lockable& mutex) RK_THREAD_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  /// Takes over one that is held, after try_lock.
  MutexLock(Lockable& mutex, std::adopt_lock_t /*held*/) RK_THREAD_ANNOTATION(requires_capability(mutex))
      : mutex_(mutex) {}
  ~MutexLock() RK_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Lockable& mutex_;
};

/// Holds a SharedMutex together with other readers for its own lifetime.
class RK_THREAD_ANNOTATION(scoped_lockable) ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) RK_THREAD_ANNOTATION(acquire_shared_capability(mutex)) : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~ReaderLock() RK_THREAD_ANNOTATION(release_capability()) { mutex_.unlock_shared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace rookery::base
