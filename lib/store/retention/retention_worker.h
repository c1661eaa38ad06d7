// Enforces retention by itself: a thread that runs the rules now and then.
//
// It trusts the clock only while the clock goes as time does. A clock that jumps ahead would make everything look old,
// so from then on it leaves the work to whoever calls for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "rookery/clock.h"
#include "rookery/logger.h"
#include "store/retention/retention_runner.h"

namespace rookery::store {

class RetentionWorker {
 public:
  struct Config {
    std::chrono::milliseconds interval;
    std::uint64_t rate = 0;  // messages a second, 0: no limit
    std::shared_ptr<const Clock> clock;
    std::shared_ptr<Logger> logger;  // may be null
  };

  /// `runner` must outlive it.
  RetentionWorker(RetentionRunner* runner, Config config) : runner_(*runner), config_(std::move(config)) {}
  ~RetentionWorker() { Stop(); }
  RetentionWorker(const RetentionWorker&) = delete;
  RetentionWorker& operator=(const RetentionWorker&) = delete;

  /// Begins, if it has not. No effect with interval 0.
  void Start();
  /// Ends the run that is under way, and waits for it. After it nothing begins again.
  void Stop();
  /// A wait that Stop ends: for runs that others call for.
  bool Wait(std::chrono::nanoseconds time);
  std::string paused_reason() const;

 private:
  void Work();
  void RunOnce();
  /// Whether the clock did what time did since the last look; sets paused_reason_ if not.
  bool ClockIsSteady();

  RetentionRunner& runner_;
  const Config config_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::string paused_reason_;
  std::thread thread_;
  // Of the thread.
  Timestamp last_wall_;
  std::chrono::milliseconds last_since_boot_{0};
};

}  // namespace rookery::store
