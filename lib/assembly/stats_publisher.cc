#include "assembly/stats_publisher.h"

#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "assembly/published_stats.h"
#include "assembly/replace_file.h"

namespace rookery::assembly {

StatsPublisher::StatsPublisher(Config config) : config_(std::move(config)), opened_at_(config_.clock->Now()) {
  Publish(/*closed=*/false);
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    // No threads left: it is told when the store is closed.
  }
}

void StatsPublisher::Stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  Publish(/*closed=*/true);
}

void StatsPublisher::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, config_.interval, [this] { return stopping_; })) {
    lock.unlock();
    Publish(/*closed=*/false);
    lock.lock();
  }
}

void StatsPublisher::Publish(bool closed) try {
  StoreStats stats = config_.read();
  if (!config_.tells_names) stats = WithoutNames(std::move(stats));
  const std::string text = ToText(
      {.stats = std::move(stats), .opened_at = opened_at_, .published_at = config_.clock->Now(), .closed = closed});
  const Status status = ReplaceFile(config_.path, text, FileSync::kNo);
  if (status.ok() || std::exchange(failed_, true) || config_.logger == nullptr) return;
  config_.logger->Log(LogLevel::kWarning, "stats", "other processes cannot see the counters: " + status.ToString());
} catch (const std::bad_alloc&) {
  // Perhaps next time.
}

}  // namespace rookery::assembly
