// Which logs a database has and how long those are that get no more, kept in the file `kept/logs`.
//
// Idea: RocksDB replays the logs that it finds. One that is gone from among others, or ends too early, is no error to
// it. Here each log is noted when it is begun, together with the size of the one before it, which is full then; and it
// is struck out, durably, before it is deleted. So every log in the list must be there, whole.
//
//   rookery logs 1
//   add 12 345 CHECKSUM      log 12 was begun; its first entry has position 345, or is not known (0)
//   end 12 4096 CHECKSUM     its file has so many bytes, and gets no more
//   gone 12 CHECKSUM         it is about to be deleted
//
// Only what strikes out is synced: what a crash of the machine takes of the list's end are logs that are not looked
// for, never one that is looked for in vain. It says no more than the directory shows, and so is never encrypted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "rookery/logger.h"
#include "rookery/status.h"

namespace rookery::engine {

struct ListedLog {
  std::uint64_t first = 0;             // the position of its first entry; 0: not known
  std::optional<std::uint64_t> bytes;  // of its file; absent: it was still written to
};
/// By their numbers.
using ListedLogs = std::map<std::uint64_t, ListedLog>;

/// Of the bytes of a list. nullopt: it is damaged, and says nothing. An end that a crash has cut is passed over.
std::optional<ListedLogs> ParseLogList(std::string_view bytes);
/// Of the database in `directory`. Empty also if it has no list, or one that is damaged.
ListedLogs ReadLogList(const std::filesystem::path& directory);
std::filesystem::path LogListPath(const std::filesystem::path& directory);

/// The number of a log's file; nullopt: it is not the name of one.
std::optional<std::uint64_t> NumberOfLog(const std::filesystem::path& file);

/// Thread-safe.
class LogList {
 public:
  /// `logger` may be null. Notes nothing yet: the list is made anew with the first event, of the logs that are there.
  LogList(std::filesystem::path directory, std::shared_ptr<Logger> logger);
  ~LogList();
  LogList(const LogList&) = delete;
  LogList& operator=(const LogList&) = delete;

  /// `position`: of the last entry that was written. Says where logs begin that are made from now on, and the newest
  /// one. It is called by whoever makes a log, with a lock held, and never after the last was made.
  void Follow(std::function<std::uint64_t()> position);
  /// A log is about to be made. Returns when the list of the others is on disk: one that is older may name a log that
  /// a crash of the machine took, which nobody looks for only as long as there is none behind it.
  void Beginning(const std::filesystem::path& log);
  /// It was made. Nothing more is written to the one before it.
  void Begun(const std::filesystem::path& log);
  /// The log is about to be deleted. Returns when that is on disk.
  void Going(const std::filesystem::path& log);

 private:
  /// Makes a change, unless one has failed. After one that fails there is no list: nobody looks for logs in vain.
  void Note(const std::function<Status()>& change);
  /// Of the logs in this directory, unless it is begun.
  Status Start(const std::filesystem::path& logs) RK_REQUIRES(mutex_);
  Status NoteNew(const std::filesystem::path& log) RK_REQUIRES(mutex_);
  Status Write(const std::string& line) RK_REQUIRES(mutex_);

  const std::filesystem::path directory_;
  const std::shared_ptr<Logger> logger_;
  base::Mutex mutex_;
  std::function<std::uint64_t()> position_ RK_GUARDED_BY(mutex_);
  std::filesystem::path newest_ RK_GUARDED_BY(mutex_);  // that is written to; empty: none yet
  int descriptor_ RK_GUARDED_BY(mutex_) = -1;           // of the list; -1: not begun
  bool failed_ RK_GUARDED_BY(mutex_) = false;
};

}  // namespace rookery::engine
