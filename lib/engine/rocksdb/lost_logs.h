// Logs of a database that must be there, and are not, end too early or are damaged, found without changing anything
// there.
#pragma once

#include <filesystem>

#include "engine/rocksdb/log_list.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/rocksdb_engine.h"

namespace rookery::engine {

/// Those that FindLostLogs finds, but for such as nobody needs any more, as tables have all that they had. Costs the
/// reading of a small file; of the manifest and the logs only if something is wrong.
ListedLogs FindLostLogsOfRocksDb(const std::filesystem::path& directory, const RocksDbOptions& options);

/// Reads all logs. Damage in logs that nobody needs any more is not told.
LogSurvey SurveyLogsOfRocksDb(const std::filesystem::path& directory, const RocksDbOptions& options);

}  // namespace rookery::engine
