#include "engine/rocksdb/log_survey.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include "crypto/file_header.h"

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
  Surveyor(const std::filesystem::path& directory, const crypto::KeyRing* keys, const ListedLogs& listed)
      : directory_(directory), keys_(keys), listed_(listed) {}

  void Miss(const std::string& name, const ListedLog& log) {
    LogLoss loss{.kind = LogLoss::Kind::kMissing, .name = name};
    loss.first = log.first > 0 ? log.first : survey_.position + 1;
    Lose(std::move(loss));
  }

  /// `was`: not null: it is shorter than it was.
  void Read(const std::string& name, const ListedLog* was) {
    survey_.names.push_back(name);
    const auto listed = listed_.find(NumberOfLog(name).value_or(0));
    begin_ = listed == listed_.end() ? 0 : listed->second.first;
    misplaced_ = false;
    const LogVisitor visitor{
        .record = [&](std::string_view record) { Take(name, record); },
        .damage = [&](const LogDamage& damage) { Lose({.name = name, .damage = damage, .first = Next()}); }};
    auto read = ReadLog(directory_ / name, keys_, visitor);
    if (!read) {
      return Lose({.kind = LogLoss::Kind::kUnreadable,
                   .name = name,
                   .first = Next(),
                   .cause = std::string(read.error().message())});
    }
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(directory_ / name, error);
    // Behind zeros instead of a header nothing can be read.
    if (!error && keys_ != nullptr && read->bytes == 0 && size > crypto::kHeaderBytes) {
      read->bytes = size - crypto::kHeaderBytes;
      read->end = 0;
    }
    const LogDamage rest{read->end, read->bytes - read->end};
    LogLoss end{.name = name, .damage = rest, .first = Next()};
    if (was != nullptr) {
      const std::uint64_t header = size - read->bytes;
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

  /// The position at which the log that is read goes on.
  std::uint64_t Next() const { return std::max(survey_.position + 1, begin_); }

  void Take(const std::string& name, std::string_view record) {
    const auto entries = EntriesOf(record);
    if (!entries) return;
    const auto [first, count] = *entries;
    // Where RocksDB begins a log it may write a batch of nothing before it has given up those that a crash has cut.
    if (count == 0) return;
    if (torn_) Lose(*std::exchange(torn_, std::nullopt));
    for (; known_ < survey_.losses.size(); ++known_) {
      if (first > 0) survey_.losses[known_].last = first - 1;
    }
    if (first < Next() && !std::exchange(misplaced_, true)) {
      Lose({.kind = LogLoss::Kind::kMisplaced, .name = name});
      ++known_;
    }
    survey_.position = std::max(survey_.position, first + count - 1);
  }

  const std::filesystem::path& directory_;
  const crypto::KeyRing* const keys_;
  const ListedLogs& listed_;
  LogSurvey survey_;
  std::uint64_t begin_ = 0;      // of the log that is read, as the list has it
  bool misplaced_ = false;       // and whether it has been told that it is another
  std::optional<LogLoss> torn_;  // the end of a log that a crash may have cut, unless records follow
  std::size_t known_ = 0;        // the losses whose last position is told, or never will be
};

}  // namespace

std::optional<LogEntries> EntriesOf(std::string_view record) {
  if (record.size() < kBatchHead) return std::nullopt;
  return LogEntries{.first = Number(record, 8), .count = Number(record.substr(8), 4)};
}

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
  if (listed.empty()) return lost;
  // A crash may have taken the file that was noted last, and the list that followed: it was made, and nobody synced it.
  const std::uint64_t newest = std::min(NumberOfLog(names.back()).value_or(0), listed.rbegin()->first);
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

LogSurvey SurveyLogs(const std::filesystem::path& directory, const crypto::KeyRing* keys, const ListedLogs& lost,
                     const ListedLogs& listed) {
  Surveyor surveyor(directory, keys, listed);
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
    case LogLoss::Kind::kMisplaced:
      return loss.name + " is another log, or of another time: it has positions that belong before it";
    case LogLoss::Kind::kDamaged:
      break;
  }
  return loss.name + " is damaged: " + std::to_string(loss.damage.bytes) + " bytes from byte " +
         std::to_string(loss.damage.offset) + " on";
}

}  // namespace rookery::engine
