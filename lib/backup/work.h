// How far a call on a backup is, and how fast it may be.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rookery/backup.h"
#include "rookery/status.h"
#include "store/token_bucket.h"

namespace rookery::backup {

/// Owned by one thread.
class Work {
 public:
  /// `bytes_per_second`: 0: no limit. `progress` may be null.
  Work(std::uint64_t bytes_per_second, BackupProgressFunction progress);

  /// `phase` is a literal.
  void Begin(std::string_view phase, std::uint64_t total_bytes);
  /// Waits as long as the rate asks for. kInterrupted: the caller wants to stop.
  Status Did(std::uint64_t bytes);

 private:
  using Clock = std::chrono::steady_clock;

  Status Tell();
  Status Await();

  const BackupProgressFunction progress_;
  std::optional<store::TokenBucket> rate_;
  BackupProgress now_;
  Clock::time_point told_{};
};

}  // namespace rookery::backup
