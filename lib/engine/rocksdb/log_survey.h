// All logs of a database, read from the oldest to the newest past damage: what they lead to, and what is lost.
//
// The record of a log begins with the position of its first entry (8 bytes) and how many it has (4 bytes): so the
// records on both sides of a damaged place say which positions it had.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/rocksdb/log_format.h"
#include "rookery/status.h"

namespace rookery::engine {

struct LogLoss {
  std::string name;  // of the log, such as "000012.log"
  LogDamage damage;
  /// The positions of what was there; `last` is absent if it was the end of all logs.
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last = {};
};

struct LogSurvey {
  std::vector<std::string> names = {};  // oldest first
  std::vector<LogLoss> losses = {};
  std::uint64_t position = 0;  // of the last entry that was read; 0: there was none
};

/// The names of the logs in `directory`, oldest first. Empty also if it cannot be read.
std::vector<std::string> LogNamesIn(const std::filesystem::path& directory);

/// A write that a crash cut short at the end of the newest log is no loss. kIoError, kPermission: a log cannot be read.
Result<LogSurvey> SurveyLogs(const std::filesystem::path& directory);

}  // namespace rookery::engine
