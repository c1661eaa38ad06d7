// How the engine tells of stalls: what the listener has seen, with the figures that only the database knows.
//
// The listener is told of changes, not of what is so when the database is opened, and two changes that follow closely
// may reach it in the wrong order. So what it knows is compared with the database's own word whenever somebody asks.
#include <rocksdb/advanced_options.h>

#include <chrono>
#include <string>
#include <utility>

#include "engine/rocksdb/rocksdb_engine_impl.h"

namespace rookery::engine {
namespace {

using Properties = rocksdb::DB::Properties;

constexpr std::chrono::milliseconds kFlushTime{10};  // about, of a small memtable

std::uint64_t Number(rocksdb::DB* database, rocksdb::ColumnFamilyHandle* family, const std::string& property) {
  std::uint64_t value = 0;
  database->GetIntProperty(family, property, &value);  // one that is not available stays 0
  return value;
}

std::uint64_t FilesInLevel0(rocksdb::DB* database, rocksdb::ColumnFamilyHandle* family) {
  std::string text;
  if (!database->GetProperty(family, Properties::kNumFilesAtLevelPrefix + "0", &text)) return 0;
  return std::strtoull(text.c_str(), nullptr, 10);
}

std::string ReasonOf(rocksdb::DB* database, rocksdb::ColumnFamilyHandle* family) {
  std::string reason = std::to_string(FilesInLevel0(database, family)) + " files in level 0, ";
  reason += std::to_string(Number(database, family, Properties::kNumImmutableMemTable)) + " memtables to flush, ";
  return reason + std::to_string(Number(database, family, Properties::kEstimatePendingCompactionBytes)) +
         " bytes to compact";
}

}  // namespace

StallReport RocksDbEngine::Stall() const {
  rocksdb::ColumnFamilyHandle* any = default_family_.get();
  const bool stopped = Number(database_.get(), any, Properties::kIsWriteStopped) != 0;
  const std::uint64_t delayed_rate = Number(database_.get(), any, Properties::kActualDelayedWriteRate);
  const StallState known = profile_.stalls().Read().state;
  if (!stopped && delayed_rate == 0) {
    if (known != StallState::kNone) profile_.stalls().Clear();
    return MemtablesAreTooLarge() ? LargestMemtable() : profile_.stalls().Read();
  }
  if (known == StallState::kNone) FindStalls();
  StallReport report = profile_.stalls().Read();
  report.bytes_per_second = delayed_rate;
  if (const auto id = keyspaces_.Find(report.keyspace)) {
    if (rocksdb::ColumnFamilyHandle* family = keyspaces_.Find(*id)) report.reason = ReasonOf(database_.get(), family);
  }
  return report;
}

bool RocksDbEngine::MemtablesAreTooLarge() const {
  const std::size_t most = profile_.max_memtable_bytes();
  if (most == 0 || profile_.write_buffers().memory_usage() <= most) return false;
  return Number(database_.get(), default_family_.get(), Properties::kNumRunningFlushes) > 0;
}

Status RocksDbEngine::MemtablesTooLarge() const {
  return Status(StatusCode::kBusy, "cannot write to " + directory_ + ": its memtables are full; try again")
      .WithRetryAfter(kFlushTime);
}

StallReport RocksDbEngine::LargestMemtable() const {
  StallReport report = profile_.stalls().Read();
  std::uint64_t most = 0;
  for (rocksdb::ColumnFamilyHandle* family : keyspaces_.Handles()) {
    const std::uint64_t bytes = Number(database_.get(), family, Properties::kCurSizeAllMemTables);
    if (bytes <= most) continue;
    most = bytes;
    report.keyspace = family->GetName();
  }
  report.state = StallState::kDelayed;
  report.reason = std::to_string(most) + " of " + std::to_string(profile_.write_buffers().memory_usage()) +
                  " bytes in memtables, of which all may take " + std::to_string(profile_.max_memtable_bytes());
  return report;
}

void RocksDbEngine::NotifyOfStalls(std::function<void()> changed) { profile_.stalls().NotifyOf(std::move(changed)); }

void RocksDbEngine::NotifyOfFailures(std::function<void(Status)> failed) {
  profile_.failures().NotifyOf(std::move(failed));
}

void RocksDbEngine::FindStalls() const {
  for (rocksdb::ColumnFamilyHandle* family : keyspaces_.Handles()) {
    const rocksdb::Options options = database_->GetOptions(family);
    const std::uint64_t files = FilesInLevel0(database_.get(), family);
    const auto reaches = [&](int trigger) { return trigger >= 0 && files >= static_cast<std::uint64_t>(trigger); };
    if (reaches(options.level0_stop_writes_trigger)) {
      profile_.stalls().Set(family->GetName(), StallState::kStopped);
    } else if (reaches(options.level0_slowdown_writes_trigger)) {
      profile_.stalls().Set(family->GetName(), StallState::kDelayed);
    }
  }
}

}  // namespace rookery::engine
