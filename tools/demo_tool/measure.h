// What a filled store does: bytes on disk after compaction, how long the latest 50 messages of a channel take, and
// whether all that was written can be read.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rookery/stats.h"
#include "rookery/status.h"
#include "rookery/verify.h"

namespace rookery::demo {

struct Latency {
  std::uint64_t reads = 0;
  std::chrono::nanoseconds p50{0};
  std::chrono::nanoseconds p99{0};
};

struct Measurement {
  StoreInfo info;
  VerifyReport verified;
  std::uint64_t disk_bytes = 0;
  std::uint64_t channels_read = 0;  // how many different ones
  Latency cold;                     // the first read of each of them after reopening
  Latency warm;                     // further reads of the same, at random
  bool page_cache_dropped = false;  // before the cold reads
  std::string busy_channel;         // one with a full page, to try out
};

/// Compacts, verifies, closes, reopens and reads the store. Takes seconds.
Result<Measurement> Measure(const std::filesystem::path& path);

}  // namespace rookery::demo
