#include "store/retention/retention_worker.h"

#include <time.h>

#include <system_error>
#include <utility>

namespace rookery::store {
namespace {

/// The clock may be corrected by so much at once.
constexpr std::chrono::minutes kSmallStep{10};

/// Goes on while the machine sleeps, as the wall clock does and steady_clock does not.
std::chrono::milliseconds SinceBoot() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::milliseconds{time.tv_nsec / 1'000'000};
}

}  // namespace

void RetentionWorker::Start() {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable() || stopping_ || config_.interval.count() == 0) return;
  last_wall_ = config_.clock->Now();
  last_since_boot_ = SinceBoot();
  try {
    thread_ = std::thread([this] { Work(); });
  } catch (const std::system_error&) {
    paused_reason_ = "no thread could be made for it; it runs when it is called for";
  }
}

void RetentionWorker::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  runner_.Cancel();
  if (thread_.joinable()) thread_.join();
}

bool RetentionWorker::Wait(std::chrono::nanoseconds time) {
  std::unique_lock lock(mutex_);
  if (time.count() <= 0) return !stopping_;
  return !wake_.wait_for(lock, time, [this] { return stopping_; });
}

std::string RetentionWorker::paused_reason() const {
  const std::lock_guard lock(mutex_);
  return paused_reason_;
}

void RetentionWorker::Work() {
  do {
    if (!ClockIsSteady()) return;
    RunOnce();
  } while (Wait(config_.interval));
}

void RetentionWorker::RunOnce() {
  if (runner_.running()) return;  // somebody called for it
  const auto report = runner_.Run({.max_messages_per_second = config_.rate}, [this](auto time) { return Wait(time); });
  const bool went = report || report.error().code() == StatusCode::kInterrupted;
  std::string reason = went ? "" : "it could not be enforced: " + report.error().ToString();
  {
    const std::lock_guard lock(mutex_);
    if (reason == paused_reason_) return;
    paused_reason_ = reason;
  }
  if (!went && config_.logger) config_.logger->Log(LogLevel::kWarning, "retention", reason);
}

bool RetentionWorker::ClockIsSteady() {
  const Timestamp wall = config_.clock->Now();
  const auto since_boot = SinceBoot();
  const auto ahead = (wall - last_wall_) - (since_boot - last_since_boot_);
  last_wall_ = wall;
  last_since_boot_ = since_boot;
  if (ahead <= kSmallStep) return true;
  const std::lock_guard lock(mutex_);
  paused_reason_ = "the clock jumped ahead by " + std::to_string(ahead.count() / 1000) +
                   " s; check it, then run retention yourself or open the store again";
  if (config_.logger) config_.logger->Log(LogLevel::kWarning, "retention", "stopped: " + paused_reason_);
  return false;
}

}  // namespace rookery::store
