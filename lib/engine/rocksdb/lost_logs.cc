#include "engine/rocksdb/lost_logs.h"

#include "engine/rocksdb/listing.h"

namespace rookery::engine {
namespace {

/// What logs with lower numbers had is in tables; 0: it is not known.
std::uint64_t OldestLogOf(const std::filesystem::path& directory, const RocksDbOptions& options) {
  const auto listing = ListRocksDb(directory, options);
  return listing ? listing->oldest_log : 0;
}

}  // namespace

ListedLogs FindLostLogsOfRocksDb(const std::filesystem::path& directory, const RocksDbOptions& options) {
  ListedLogs lost = FindLostLogs(directory, ReadLogList(directory));
  if (lost.empty()) return lost;
  const std::uint64_t oldest = OldestLogOf(directory, options);
  std::erase_if(lost, [&](const auto& log) { return log.first < oldest; });
  return lost;
}

LogSurvey SurveyLogsOfRocksDb(const std::filesystem::path& directory, const RocksDbOptions& options) {
  const ListedLogs listed = ReadLogList(directory);
  LogSurvey survey = SurveyLogs(directory, options.keys.get(), FindLostLogsOfRocksDb(directory, options), listed);
  if (survey.losses.empty()) return survey;
  const std::uint64_t oldest = OldestLogOf(directory, options);
  std::erase_if(survey.losses, [&](const LogLoss& loss) { return NumberOfLog(loss.name).value_or(0) < oldest; });
  return survey;
}

}  // namespace rookery::engine
