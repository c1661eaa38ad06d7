#include "engine/rocksdb/stall_monitor.h"

#include <chrono>
#include <utility>

namespace rookery::engine {

void StallMonitor::Set(std::string_view family, StallState state) {
  {
    const std::lock_guard lock(mutex_);
    tally_.Set(family, state, std::chrono::steady_clock::now());
  }
  Notify();
}

void StallMonitor::Notify() const {
  std::function<void()> changed;
  {
    const std::lock_guard lock(mutex_);
    changed = changed_;
  }
  if (changed) changed();
}

void StallMonitor::Clear() {
  const std::lock_guard lock(mutex_);
  tally_.Clear(std::chrono::steady_clock::now());
}

void StallMonitor::NotifyOf(std::function<void()> changed) {
  const std::lock_guard lock(mutex_);
  changed_ = std::move(changed);
}

StallReport StallMonitor::Read() const {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  StallReport report;
  report.state = tally_.state();
  report.keyspace = tally_.culprit();
  report.lasting =
      report.state == StallState::kNone ? milliseconds{0} : duration_cast<milliseconds>(tally_.lasting(now));
  report.delayed = duration_cast<milliseconds>(tally_.delayed(now));
  report.stopped = duration_cast<milliseconds>(tally_.stopped(now));
  return report;
}

}  // namespace rookery::engine
