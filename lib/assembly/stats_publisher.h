// Writes what a store tells about itself to its directory, now and then and when it stops.
//
// The file is replaced as a whole, so a reader sees one moment. It is no data: it is not synced, and what goes wrong is
// logged once and otherwise of no matter.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "rookery/clock.h"
#include "rookery/logger.h"
#include "rookery/stats.h"
#include "rookery/types.h"

namespace rookery::assembly {

/// Has a thread of its own.
class StatsPublisher {
 public:
  struct Config {
    std::filesystem::path path;
    std::chrono::milliseconds interval;   // > 0
    bool tells_names = true;              // false: see WithoutNames
    std::function<StoreStats()> read;     // called by that thread, and by Stop
    std::shared_ptr<const Clock> clock;   // for the times in the file; the interval is the system's time
    std::shared_ptr<Logger> logger = {};  // may be null
  };

  /// Writes at once.
  explicit StatsPublisher(Config config);
  ~StatsPublisher() { Stop(); }
  StatsPublisher(const StatsPublisher&) = delete;
  StatsPublisher& operator=(const StatsPublisher&) = delete;

  /// Writes once more. After it `read` is not called again.
  void Stop();

 private:
  void Run();
  void Publish(bool closed);

  const Config config_;
  const Timestamp opened_at_;
  bool failed_ = false;  // of the thread, until it has ended
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace rookery::assembly
