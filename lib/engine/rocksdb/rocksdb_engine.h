// The engine on one RocksDB instance: a keyspace is a column family, all share one log, one cache and one memory
// budget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "rookery/logger.h"

namespace rocksdb {
class Env;
}

namespace rookery::crypto {
class KeyRing;
}

namespace rookery::engine {

/// How the engine finds the part of a key that filters and pages go by. Injected, as the engine knows no key format.
struct PrefixRule {
  std::string name;  // stored with the files: change it whenever `length` changes its answers
  /// The length of the key's prefix, or 0 if the key has none.
  std::size_t (*length)(std::string_view key) = nullptr;
};

struct RocksDbOptions {
  enum class Mode : std::uint8_t { kCreate, kOpen, kReadOnly };
  enum class LogDamage : std::uint8_t {
    kIsAnError,  // a torn end is none
    kEndsIt,     // as a crash of the machine leaves a log: what comes after it is not there; of a MANIFEST only its end
  };
  Mode mode = Mode::kOpen;
  LogDamage log_damage = LogDamage::kIsAnError;
  PrefixRule prefix;
  std::string profile = "chat";
  std::size_t block_cache_bytes = std::size_t{256} << 20;
  std::size_t write_buffer_bytes = std::size_t{128} << 20;
  /// RocksDB overruns write_buffer_bytes while flushes fall behind. Beyond this writes answer kBusy until one is done;
  /// 0: no bound.
  std::size_t max_memtable_bytes = 0;
  std::uint64_t max_wal_bytes = std::uint64_t{256} << 20;
  std::size_t blob_threshold_bytes = std::size_t{32} << 10;  // 0: no value goes to a blob file
  std::map<std::string, std::string> overrides;
  std::shared_ptr<Logger> logger;               // null: silent
  std::shared_ptr<const crypto::KeyRing> keys;  // with which all files are encrypted; null: they are not
  rocksdb::Env* env = nullptr;                  // null: the default; tests inject faults here. Must outlive the engine.
};

/// kInvalidArgument naming the option with which no instance can be opened, whatever its directory. Touches nothing.
Status CheckRocksDbOptions(const RocksDbOptions& options);

/// Opens the RocksDB instance in `directory`, with all its column families. kCreate: the directory must be missing or
/// empty, and is made with mode 0700. kOpen and kReadOnly: never create anything; kNotAStore if there is no instance,
/// kCorruption if only remnants of one are there.
Result<std::unique_ptr<Engine>> OpenRocksDbEngine(const std::filesystem::path& directory,
                                                  const RocksDbOptions& options);

/// From the first to the last.
struct PositionRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// How far an instance has come.
struct RocksDbPosition {
  std::uint64_t position = 0;   // as its engine would have it after opening
  std::uint64_t in_tables = 0;  // as the manifest has it
  std::uint64_t in_logs = 0;    // of the last row that was read from a log; 0: there was none
  /// Positions that are in no log, and behind what the tables have, before others that are: what they had is lost.
  std::vector<PositionRange> gaps = {};
  /// If there are gaps: a table that is there and that the manifest does not name. Empty: none is.
  std::string unnamed_table = {};
  std::vector<std::string> keyspaces = {};
  std::map<std::string, std::string> rows = {};  // of the keyspace that was asked for
  /// RocksDB came to the end of each log that is needed. Else it passed over some of a log, or a crash has cut its end:
  /// a survey of the logs says which (log_survey.h).
  bool logs_are_whole = true;
};

/// How far the instance in `directory` has come, found without changing anything there. Reads the logs, and all of the
/// keyspace `wanted`, if there is one of that name. Errors as OpenRocksDbEngine; kCorruption: also if a row of it
/// cannot be read, or if logs were exchanged.
Result<RocksDbPosition> FindRocksDbPosition(const std::filesystem::path& directory, const RocksDbOptions& options,
                                            std::string_view wanted = {});

}  // namespace rookery::engine
