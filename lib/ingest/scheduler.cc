#include "ingest/scheduler.h"

namespace rookery::ingest {

void Scheduler::Wake(DestinationIndex destination) {
  const base::MutexLock lock(mutex_);
  Slot& slot = slots_[destination.value];
  if (slot.phase == Phase::kResting) Enqueue(destination);
  if (slot.phase == Phase::kRunning) slot.phase = Phase::kWokenWhileRunning;
}

void Scheduler::Enqueue(DestinationIndex destination) {
  Slot& slot = slots_[destination.value];
  if (slot.until) timers_.erase({*slot.until, destination});
  slot = {.phase = Phase::kQueued};
  queue_.push_back(destination);
  if (idle_ > 0) work_.notify_one();
}

void Scheduler::EnqueueDue() {
  if (timers_.empty()) return;
  const Time now = std::chrono::steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) Enqueue(timers_.begin()->second);
}

std::optional<DestinationIndex> Scheduler::Next() {
  const base::MutexLock lock(mutex_);
  for (;;) {
    if (stopped_) return std::nullopt;
    EnqueueDue();
    if (!queue_.empty()) return Dequeue();
    ++idle_;
    if (timers_.empty()) {
      work_.wait(mutex_);
    } else {
      const Time earliest = timers_.begin()->first;
      work_.wait_until(mutex_, earliest);
    }
    --idle_;
  }
}

std::optional<DestinationIndex> Scheduler::TryNext() {
  const base::MutexLock lock(mutex_);
  return queue_.empty() || stopped_ ? std::nullopt : std::optional(Dequeue());
}

DestinationIndex Scheduler::Dequeue() {
  const DestinationIndex next = queue_.front();
  queue_.pop_front();
  slots_[next.value].phase = Phase::kRunning;
  return next;
}

void Scheduler::RunAgain(DestinationIndex destination) {
  const base::MutexLock lock(mutex_);
  Enqueue(destination);
}

void Scheduler::LetRest(DestinationIndex destination, std::optional<Time> until) {
  const base::MutexLock lock(mutex_);
  Slot& slot = slots_[destination.value];
  if (slot.phase == Phase::kWokenWhileRunning) {
    Enqueue(destination);
    return;
  }
  slot = {.phase = Phase::kResting, .until = until};
  if (!until) return;
  const auto timer = timers_.insert({*until, destination}).first;
  // Who waits, waits for a later one, and this worker may soon be busy.
  if (timer == timers_.begin() && idle_ > 0) work_.notify_one();
}

void Scheduler::Stop() {
  const base::MutexLock lock(mutex_);
  stopped_ = true;
  work_.notify_all();
}

}  // namespace rookery::ingest
