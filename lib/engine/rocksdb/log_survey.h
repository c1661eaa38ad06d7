// All logs of a database, read from the oldest to the newest past damage: what they lead to, and what is lost.
//
// The record of a log begins with the position of its first entry (8 bytes) and how many it has (4 bytes): so the
// records on both sides of a damaged place say which positions it had. A log that is missing from among others, or
// ends before its end, is noticed by the list of logs (log_list.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/key_ring.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/log_list.h"
#include "rookery/status.h"

namespace rookery::engine {

/// What the record of a log has: the position of its first entry, and how many there are.
struct LogEntries {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
/// nullopt: it is too short for a log's record.
std::optional<LogEntries> EntriesOf(std::string_view record);

struct LogLoss {
  enum class Kind : std::uint8_t {
    kDamaged,     // bytes in the midst of it
    kMissing,     // all of it
    kCut,         // its end
    kUnreadable,  // all of it: `cause` says why
    kMisplaced,   // its file is that of another log, or of another time: what the log had is not known
  };
  Kind kind = Kind::kDamaged;
  std::string name;  // of the log, such as "000012.log"
  LogDamage damage = {};
  /// The positions of what was there, as far as it had not come into tables; `last` is absent if it was the end of all
  /// logs.
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last = {};
  std::string cause = {};
};

struct LogSurvey {
  std::vector<std::string> names = {};  // of those that are there, oldest first
  std::vector<LogLoss> losses = {};
  std::uint64_t position = 0;  // of the last entry that was read; 0: there was none
};

/// The names of the logs in `directory`, oldest first. Empty also if it cannot be read.
std::vector<std::string> LogNamesIn(const std::filesystem::path& directory);

/// Those of the list that are older than a log that is there, and are missing or shorter than they were. Reads no log.
ListedLogs FindLostLogs(const std::filesystem::path& directory, const ListedLogs& listed);

/// `lost`: what FindLostLogs has found, of logs that are needed; `listed`: all that are in the list. Null `keys`: they
/// are not encrypted. A write that a crash cut short at the end of the newest log is no loss. A log that cannot be read
/// is one.
LogSurvey SurveyLogs(const std::filesystem::path& directory, const crypto::KeyRing* keys, const ListedLogs& lost,
                     const ListedLogs& listed = {});

/// "000012.log is not there", "000012.log has lost its end", ...: what became of it, in words.
std::string WordsFor(const LogLoss& loss);

}  // namespace rookery::engine
