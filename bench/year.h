// A year of chat in a store that keeps the last thirty days: what it takes on disk, month by month, and what its
// readers notice of retention.
//
// The clock is simulated: the chat is spread evenly over 365 days. Each day half of its messages are posted, then
// retention runs in a thread of its own while the other half is posted. One caller posts, and between posts it reads
// latest pages and single messages; what it reads in the first half of a day is what reads cost without retention.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/contender.h"
#include "bench/entrant.h"
#include "bench/worker.h"
#include "bench/workload.h"

namespace rookery::bench {

inline constexpr std::chrono::days kYearKeeps{30};
/// Memtables small enough that a year's chat is mostly in files, as it is in a store that is larger than memory.
inline constexpr std::size_t kYearWriteBufferBytes = std::size_t{16} << 20;

/// When which message is posted.
class Calendar {
 public:
  static constexpr int kDays = 365;
  static constexpr int kMonths = 12;

  explicit Calendar(std::size_t messages) : messages_(messages) {}

  Timestamp time_of(std::size_t message) const;
  /// The first message of day 0..kDays; of the last it is one past all.
  std::size_t first_of(int day) const;
  bool retention_runs_on(int day) const;
  /// Days before the end of month 0..kMonths-1.
  static int end_of_month(int month) { return kDays * (month + 1) / kMonths; }

 private:
  std::size_t messages_;
};

/// The first id that may stay at that time.
MessageId YearKeptFrom(Timestamp now);

/// Used by one thread, but for EnforceRetention. Throws Failure on errors.
class YearStore {
 public:
  virtual ~YearStore() = default;
  /// It is `now` from here on. Returns the message's id, which tells that time and is above those before.
  virtual MessageId Post(std::size_t message, Timestamp now) = 0;
  /// The ids of a channel's latest kScrollLimit messages, newest first.
  virtual void ReadLatest(std::size_t channel, std::vector<MessageId>* ids) = 0;
  virtual bool Get(std::size_t channel, MessageId id) = 0;
  /// All messages of a channel, newest first.
  virtual std::vector<Row> ReadAll(std::size_t channel) = 0;
  /// Removes what is too old. Called by another thread, while the first one goes on.
  virtual void EnforceRetention() = 0;
  virtual void Compact() = 0;
  virtual void Close() = 0;
};

/// Makes a store, or opens the one that is there. It is `now`.
using OpenYearStore = std::function<std::unique_ptr<YearStore>(const Workload& workload,
                                                               const std::filesystem::path& directory, Timestamp now)>;

/// A round is a year.
std::unique_ptr<Task> NewYearTask(const Ground& ground, const OpenYearStore& open);

/// Raw RocksDB with a compaction filter that drops what is too old; a third of the shards is compacted each day.
std::unique_ptr<YearStore> OpenRocksDbForYear(const Workload& workload, const std::filesystem::path& directory,
                                              Timestamp now);

}  // namespace rookery::bench
