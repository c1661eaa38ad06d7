#include "engine/rocksdb/file_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

namespace rookery::engine {
namespace {

constexpr std::size_t kFewestTables = 64;
constexpr std::size_t kMostTables = 16384;
/// What RocksDB opens beside the families' directories, with some to spare for other threads.
constexpr std::size_t kReserve = 64;

std::size_t Limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 2 * kFewestTables;
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t OpenNow() {
  std::size_t count = 0;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
  return count;
}

}  // namespace

int MaxOpenTables() { return static_cast<int>(std::clamp(Limit() / 2, kFewestTables, kMostTables)); }

Status CheckRoomForFamilies(std::size_t count) {
  const std::size_t limit = Limit();
  const std::size_t open_now = OpenNow();
  const std::size_t needed = open_now + count + kReserve;
  if (needed <= limit) return {};
  return {StatusCode::kInvalidArgument,
          "making " + std::to_string(count) + " keyspaces at once takes an open file for each; " +
              std::to_string(open_now) + " are open, and the process may open " + std::to_string(limit) +
              " (RLIMIT_NOFILE); raise the limit to " + std::to_string(needed) + " or more (ulimit -n), or make fewer"};
}

}  // namespace rookery::engine
