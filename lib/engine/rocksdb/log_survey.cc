#include "engine/rocksdb/log_survey.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/macros.h"

namespace rookery::engine {
namespace {

constexpr std::size_t kBatchHead = 12;

std::uint64_t Number(std::string_view bytes, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8U * i);
  return number;
}

}  // namespace

std::vector<std::string> LogNamesIn(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string stem = entry->path().stem().string();
    const bool is_log = entry->path().extension() == ".log" && !stem.empty() &&
                        stem.find_first_not_of("0123456789") == std::string::npos;
    if (is_log) names.push_back(entry->path().filename().string());
  }
  // Numbers have six digits at least, and no zeros before more.
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return names;
}

Result<LogSurvey> SurveyLogs(const std::filesystem::path& directory) {
  LogSurvey survey{.names = LogNamesIn(directory)};
  std::optional<LogLoss> torn;  // the end of a log that a crash may have cut, unless records follow
  std::size_t known = 0;        // the losses whose last position is told, or never will be
  for (const std::string& name : survey.names) {
    const auto lose = [&](const LogDamage& damage) {
      survey.losses.push_back({.name = name, .damage = damage, .first = survey.position + 1});
    };
    const auto read = [&](std::string_view record) {
      if (record.size() < kBatchHead) return;
      const std::uint64_t first = Number(record, 8);
      const std::uint64_t count = Number(record.substr(8), 4);
      if (torn) survey.losses.push_back(*std::exchange(torn, std::nullopt));
      for (; known < survey.losses.size(); ++known) {
        if (first > 0) survey.losses[known].last = first - 1;
      }
      if (count > 0) survey.position = std::max(survey.position, first + count - 1);
    };
    RK_ASSIGN_OR_RETURN(const LogSummary summary, ReadLog(directory / name, {.record = read, .damage = lose}));
    if (summary.end == summary.bytes) continue;
    const LogDamage rest{summary.end, summary.bytes - summary.end};
    if (!summary.torn) {
      lose(rest);
    } else if (!torn) {
      torn = {.name = name, .damage = rest, .first = survey.position + 1};
    }
  }
  return survey;
}

}  // namespace rookery::engine
