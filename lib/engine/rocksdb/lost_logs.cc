#include "engine/rocksdb/lost_logs.h"

#include "engine/rocksdb/listing.h"
#include "engine/rocksdb/log_survey.h"

namespace rookery::engine {

ListedLogs FindLostLogsOfRocksDb(const std::filesystem::path& directory, const RocksDbOptions& options) {
  ListedLogs lost = FindLostLogs(directory, ReadLogList(directory));
  if (lost.empty()) return lost;
  const auto listing = ListRocksDb(directory, options);
  if (listing) std::erase_if(lost, [&](const auto& log) { return log.first < listing->oldest_log; });
  return lost;
}

}  // namespace rookery::engine
