#include "engine/rocksdb/log_survey.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace rookery::engine {
namespace {

constexpr std::size_t kBatchHead = 12;

std::uint64_t Number(std::string_view bytes, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8U * i);
  return number;
}

/// Numbers have six digits at least.
std::string NameOfLog(std::uint64_t number) {
  constexpr std::size_t kDigits = 6;
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return digits + ".log";
}

/// Takes logs from the oldest to the newest.
class Surveyor {
 public:
  Surveyor(const std::filesystem::path& directory, const crypto::KeyRing* keys) : directory_(directory), keys_(keys) {}

  void Miss(const std::string& name, const ListedLog& log) {
    LogLoss loss{.kind = LogLoss::Kind::kMissing, .name = name};
    loss.first = log.first > 0 ? log.first : survey_.position + 1;
    Lose(std::move(loss));
  }

  /// `was`: not null: it is shorter than it was.
  void Read(const std::string& name, const ListedLog* was) {
    survey_.names.push_back(name);
    const LogVisitor visitor{
        .record = [this](std::string_view record) { Take(record); },
        .damage =
            [&](const LogDamage& damage) { Lose({.name = name, .damage = damage, .first = survey_.position + 1}); }};
    const auto read = ReadLog(directory_ / name, keys_, visitor);
    if (!read) {
      return Lose({.kind = LogLoss::Kind::kUnreadable,
                   .name = name,
                   .first = survey_.position + 1,
                   .cause = std::string(read.error().message())});
    }
    const LogDamage rest{read->end, read->bytes - read->end};
    LogLoss end{.name = name, .damage = rest, .first = survey_.position + 1};
    if (was != nullptr) {
      std::error_code ignored;
      const std::uint64_t header = std::filesystem::file_size(directory_ / name, ignored) - read->bytes;
      end.kind = LogLoss::Kind::kCut;
      end.damage.bytes = was->bytes.value_or(0) - header - read->end;
      Lose(std::move(end));
    } else if (read->end < read->bytes && !read->torn) {
      Lose(std::move(end));
    } else if (read->end < read->bytes && !torn_) {
      torn_ = std::move(end);
    }
  }

  LogSurvey Finish() { return std::move(survey_); }

 private:
  void Lose(LogLoss loss) { survey_.losses.push_back(std::move(loss)); }

  void Take(std::string_view record) {
    if (record.size() < kBatchHead) return;
    const std::uint64_t first = Number(record, 8);
    const std::uint64_t count = Number(record.substr(8), 4);
    if (torn_) Lose(*std::exchange(torn_, std::nullopt));
    for (; known_ < survey_.losses.size(); ++known_) {
      if (first > 0) survey_.losses[known_].last = first - 1;
    }
    if (count > 0) survey_.position = std::max(survey_.position, first + count - 1);
  }

  const std::filesystem::path& directory_;
  const crypto::KeyRing* const keys_;
  LogSurvey survey_;
  std::optional<LogLoss> torn_;  // the end of a log that a crash may have cut, unless records follow
  std::size_t known_ = 0;        // the losses whose last position is told, or never will be
};

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

ListedLogs FindLostLogs(const std::filesystem::path& directory, const ListedLogs& listed) {
  const std::vector<std::string> names = LogNamesIn(directory);
  ListedLogs lost;
  if (names.empty()) return lost;
  const std::uint64_t newest = NumberOfLog(names.back()).value_or(0);
  for (const auto& [number, log] : listed) {
    if (number >= newest) break;
    std::error_code error;
    const std::uint64_t bytes = std::filesystem::file_size(directory / NameOfLog(number), error);
    if (error == std::errc::no_such_file_or_directory || (!error && log.bytes && bytes < *log.bytes)) {
      lost.emplace(number, log);
    }
  }
  return lost;
}

LogSurvey SurveyLogs(const std::filesystem::path& directory, const crypto::KeyRing* keys, const ListedLogs& lost) {
  Surveyor surveyor(directory, keys);
  auto next = lost.begin();
  for (const std::string& name : LogNamesIn(directory)) {
    const std::uint64_t number = NumberOfLog(name).value_or(0);
    for (; next != lost.end() && next->first < number; ++next) surveyor.Miss(NameOfLog(next->first), next->second);
    const bool cut = next != lost.end() && next->first == number;
    surveyor.Read(name, cut ? &next->second : nullptr);
    if (cut) ++next;
  }
  return surveyor.Finish();
}

std::string WordsFor(const LogLoss& loss) {
  switch (loss.kind) {
    case LogLoss::Kind::kMissing:
      return loss.name + " is not there";
    case LogLoss::Kind::kCut:
      return loss.name + " has lost its end: " + std::to_string(loss.damage.bytes) + " bytes from byte " +
             std::to_string(loss.damage.offset) + " on";
    case LogLoss::Kind::kUnreadable:
      return loss.name + " cannot be read: " + loss.cause;
    case LogLoss::Kind::kDamaged:
      break;
  }
  return loss.name + " is damaged: " + std::to_string(loss.damage.bytes) + " bytes from byte " +
         std::to_string(loss.damage.offset) + " on";
}

}  // namespace rookery::engine
