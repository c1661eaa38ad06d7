#include "engine/rocksdb/log_list.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/file_reader.h"
#include "base/macros.h"
#include "base/write_all.h"
#include "engine/rocksdb/crc32c.h"
#include "engine/rocksdb/file_error.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTitle = "rookery logs 1\n";
/// Lists are made anew when a store is opened, and a log is megabytes.
constexpr std::size_t kMaxBytes = std::size_t{16} << 20;

fs::path DraftOf(fs::path path) { return path += ".new"; }

std::string LineOf(std::string text) {
  const std::uint32_t sum = ExtendCrc32c(0, text);
  return std::move(text) + " " + std::to_string(sum) + "\n";
}
std::string AddLine(std::uint64_t number, std::uint64_t first) {
  return LineOf("add " + std::to_string(number) + " " + std::to_string(first));
}
std::string EndLine(std::uint64_t number, std::uint64_t bytes) {
  return LineOf("end " + std::to_string(number) + " " + std::to_string(bytes));
}

Status SyncDirectory(const fs::path& path) {
  const base::Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid() || ::fdatasync(directory.get()) != 0) return FileError(path, "sync", errno);
  return {};
}

/// The words of a line without its newline; empty: its checksum does not fit.
std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  const std::size_t last = line.rfind(' ');
  if (last == std::string_view::npos || LineOf(std::string(line.substr(0, last))) != std::string(line) + "\n") {
    return words;
  }
  for (std::string_view rest = line.substr(0, last); !rest.empty();) {
    const std::size_t space = rest.find(' ');
    words.push_back(rest.substr(0, space));
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  }
  return words;
}

std::optional<std::uint64_t> NumberIn(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

/// False: it is not a line of a list.
bool TakeLine(std::string_view line, ListedLogs* logs) {
  const std::vector<std::string_view> words = WordsOf(line);
  const std::size_t wanted = !words.empty() && words[0] == "gone" ? 2 : 3;
  if (words.size() != wanted) return false;
  const auto number = NumberIn(words[1]);
  const auto value = NumberIn(words.back());
  if (!number || !value) return false;
  if (words[0] == "add") {
    (*logs)[*number].first = *value;
  } else if (words[0] == "end") {
    (*logs)[*number].bytes = *value;
  } else if (words[0] == "gone") {
    logs->erase(*number);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<ListedLogs> ParseLogList(std::string_view bytes) {
  if (!bytes.starts_with(kTitle)) return std::nullopt;
  bytes.remove_prefix(kTitle.size());
  ListedLogs logs;
  bool cut = false;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const bool whole = end != std::string_view::npos && TakeLine(bytes.substr(0, end), &logs);
    // What follows may have been what strikes out.
    if (cut && whole) return std::nullopt;
    cut = cut || !whole;
    bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
  }
  return logs;
}

fs::path LogListPath(const fs::path& directory) { return KeptDirectory(directory) / "logs"; }

ListedLogs ReadLogList(const fs::path& directory) {
  const auto bytes = base::ReadSmallFile(LogListPath(directory), kMaxBytes + 1);
  if (!bytes || bytes->size() > kMaxBytes) return {};
  return ParseLogList(*bytes).value_or(ListedLogs());
}

std::optional<std::uint64_t> NumberOfLog(const fs::path& file) {
  if (file.extension() != ".log") return std::nullopt;
  return NumberIn(file.stem().string());
}

LogList::LogList(fs::path directory, std::shared_ptr<Logger> logger)
    : directory_(std::move(directory)), logger_(std::move(logger)) {}

LogList::~LogList() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LogList::Follow(std::function<std::uint64_t()> position) {
  Note([&]() RK_REQUIRES(mutex_) -> Status {
    position_ = std::move(position);
    if (descriptor_ < 0 || newest_.empty()) return {};
    return Write(AddLine(NumberOfLog(newest_).value_or(0), position_() + 1));
  });
}

void LogList::Beginning(const fs::path& log) {
  Note([&]() RK_REQUIRES(mutex_) { return Start(log.parent_path()); });
}

void LogList::Begun(const fs::path& log) {
  Note([&]() RK_REQUIRES(mutex_) -> Status {
    RK_TRY(NoteNew(log));
    newest_ = log;
    return {};
  });
}

void LogList::Going(const fs::path& log) {
  Note([&]() RK_REQUIRES(mutex_) -> Status {
    RK_TRY(Start(log.parent_path()));
    RK_TRY(Write(LineOf("gone " + std::to_string(NumberOfLog(log).value_or(0)))));
    return ::fdatasync(descriptor_) == 0 ? Status() : FileError(LogListPath(directory_), "sync", errno);
  });
}

void LogList::Note(const std::function<Status()>& change) {
  Status noted;
  {
    const base::MutexLock lock(mutex_);
    if (failed_) return;
    noted = change();
    failed_ = !noted.ok();
  }
  if (noted.ok()) return;
  std::error_code ignored;
  fs::remove(LogListPath(directory_), ignored);
  fs::remove(DraftOf(LogListPath(directory_)), ignored);
  if (logger_ == nullptr) return;
  logger_->Log(LogLevel::kWarning, "engine",
               "the list of logs is not kept, so nobody will notice that one of several was lost: " + noted.ToString());
}

Status LogList::Start(const fs::path& logs) {
  if (descriptor_ >= 0) return {};
  const ListedLogs before = ReadLogList(directory_);
  std::string text(kTitle);
  for (const std::string& name : LogNamesIn(logs)) {
    const std::uint64_t number = NumberOfLog(name).value_or(0);
    const auto known = before.find(number);
    text += AddLine(number, known == before.end() ? 0 : known->second.first);
    std::error_code error;
    const std::uint64_t bytes = fs::file_size(logs / name, error);
    if (!error) text += EndLine(number, bytes);
  }
  const fs::path path = LogListPath(directory_);
  if (::mkdir(path.parent_path().c_str(), S_IRWXU) == 0) {
    RK_TRY(SyncDirectory(directory_));
  } else if (errno != EEXIST) {
    return FileError(path.parent_path(), "make the directory", errno);
  }
  const fs::path draft = DraftOf(path);
  descriptor_ = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor_ < 0) return FileError(draft, "make", errno);
  RK_TRY(Write(text));
  if (::fdatasync(descriptor_) != 0) return FileError(draft, "sync", errno);
  if (std::rename(draft.c_str(), path.c_str()) != 0) return FileError(draft, "rename", errno);
  return SyncDirectory(path.parent_path());
}

Status LogList::NoteNew(const fs::path& log) {
  std::string lines;
  std::error_code error;
  const std::uint64_t bytes = newest_.empty() ? 0 : fs::file_size(newest_, error);
  if (!newest_.empty() && !error) lines = EndLine(NumberOfLog(newest_).value_or(0), bytes);
  return Write(lines + AddLine(NumberOfLog(log).value_or(0), position_ ? position_() + 1 : 0));
}

Status LogList::Write(const std::string& line) {
  if (base::WriteAll(descriptor_, line)) return {};
  return FileError(LogListPath(directory_), "write to", errno);
}

}  // namespace rookery::engine
