// Threads that stand at a gate, act all at once when it opens, and come back to it.
//
// The threads are there before anything is timed: what is measured is how they are woken and what they do, not how
// threads are made.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rookery::bench {

/// Owned by one thread.
class Crowd {
 public:
  /// When a member began to act and when it was done, in nanoseconds since the gate opened.
  struct Act {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };

  /// `act(member)` is what 0..size-1 do. REQUIRES: size >= 1.
  Crowd(std::size_t size, std::function<void(std::size_t member)> act);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// Opens the gate, once everybody is there, and returns when everybody is back: what each one's act took. Valid until
  /// the next time. Throws what an act threw.
  const std::vector<Act>& Release();

 private:
  void Live(std::size_t member);
  void RunAct(std::size_t member);
  void AwaitAll();

  const std::function<void(std::size_t)> act_;
  std::vector<Act> acts_;
  std::int64_t opened_ = 0;             // set while all stand at the gate, as are the acts read
  std::atomic<std::uint32_t> gate_{0};  // counts how often it was opened
  std::atomic<std::uint32_t> waiting_{0};
  std::atomic<bool> leaving_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

/// The times from the opening of the gate until the first, and until the last, was done.
std::int64_t FirstDone(const std::vector<Crowd::Act>& acts);
std::int64_t LastDone(const std::vector<Crowd::Act>& acts);

}  // namespace rookery::bench
