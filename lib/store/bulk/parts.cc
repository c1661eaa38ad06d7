#include "store/bulk/parts.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/macros.h"

namespace rookery::store::bulk {
namespace {

constexpr std::chrono::milliseconds kTickInterval{100};

Status Stopped() { return {StatusCode::kInterrupted, "the bulk load was stopped"}; }

/// What the threads share.
class Crew {
 public:
  Crew(std::span<ShardLoad* const> parts, LoadContext* load, const engine::Snapshot* snapshot)
      : parts_(parts), load_(*load), snapshot_(snapshot) {}

  void Work() {
    for (std::size_t i = next_++; i < parts_.size() && !load_.stop; i = next_++) {
      Status status = parts_[i]->Run(snapshot_);
      if (!status.ok()) Fail(std::move(status));
    }
    const std::lock_guard lock(mutex_);
    ++left_;
    changed_.notify_all();
  }

  Status WorkAlone(const std::function<bool()>& tick) {
    for (ShardLoad* const part : parts_) {
      if (!tick()) return Stopped();
      RK_TRY(part->Run(snapshot_));
    }
    return {};
  }

  Status WaitFor(std::size_t threads, const std::function<bool()>& tick) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kTickInterval, [&] { return left_ == threads; })) {
      lock.unlock();
      if (!tick()) Fail(Stopped());
      lock.lock();
    }
    return status_;
  }

 private:
  void Fail(Status status) {
    const std::lock_guard lock(mutex_);
    if (status_.ok()) status_ = std::move(status);
    load_.stop = true;
  }

  const std::span<ShardLoad* const> parts_;
  LoadContext& load_;
  const engine::Snapshot* const snapshot_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::size_t left_ = 0;  // threads that have ended
  Status status_;
};

}  // namespace

Status RunParts(std::span<ShardLoad* const> parts, LoadContext* load, const engine::Snapshot* snapshot,
                std::size_t threads, const std::function<bool()>& tick) {
  std::vector<ShardLoad*> largest_first(parts.begin(), parts.end());
  std::stable_sort(largest_first.begin(), largest_first.end(),
                   [](const ShardLoad* a, const ShardLoad* b) { return a->input_bytes() > b->input_bytes(); });
  Crew crew(largest_first, load, snapshot);
  const std::size_t wanted = std::min(threads, parts.size());
  std::vector<std::thread> workers;
  workers.reserve(wanted);
  while (workers.size() < wanted) {
    std::thread worker = load->start_thread([&crew] { crew.Work(); });
    if (!worker.joinable()) break;
    workers.push_back(std::move(worker));
  }
  if (workers.empty()) return crew.WorkAlone(tick);
  Status status = crew.WaitFor(workers.size(), tick);
  for (std::thread& worker : workers) worker.join();
  return status;
}

}  // namespace rookery::store::bulk
