#include "engine/rocksdb/ordered_logs.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/rocksdb/observed_file.h"

namespace rookery::engine {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class Log;

/// The logs that are open. Thread-safe.
class OpenLogs {
 public:
  void Add(Log* log) {
    const std::lock_guard lock(mutex_);
    logs_.push_back(log);
  }
  /// Waits while they are being synced.
  void Remove(Log* log) {
    const std::lock_guard lock(mutex_);
    std::erase(logs_, log);
  }
  IOStatus SyncAll(const IOOptions& options, IODebugContext* debug);

 private:
  std::mutex mutex_;
  std::vector<Log*> logs_;  // guarded by mutex_
};

class Log final : public ObservedFile {
 public:
  Log(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<OpenLogs> logs)
      : ObservedFile(std::move(file)), logs_(std::move(logs)) {
    logs_->Add(this);
  }
  ~Log() override { logs_->Remove(this); }

  bool unsynced() const { return unsynced_; }

 private:
  void BeforeWrite() override { unsynced_ = true; }
  void BeforeSync() override { unsynced_ = false; }
  void BeforeClose() override { logs_->Remove(this); }
  void Failed() override { unsynced_ = true; }

  const std::shared_ptr<OpenLogs> logs_;
  std::atomic<bool> unsynced_{false};
};

IOStatus OpenLogs::SyncAll(const IOOptions& options, IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  for (Log* const log : logs_) {
    if (!log->unsynced()) continue;
    IOStatus status = log->Sync(options, debug);
    if (!status.ok()) return status;
  }
  return IOStatus::OK();
}

class OrderedLogs final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "rookery.OrderedLogs"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    const bool log = name.ends_with(".log");
    IOStatus status = log ? logs_->SyncAll(options.io_options, debug) : IOStatus::OK();
    if (status.ok()) status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok() && log) *file = std::make_unique<Log>(std::move(*file), logs_);
    return status;
  }

 private:
  const std::shared_ptr<OpenLogs> logs_ = std::make_shared<OpenLogs>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewOrderedLogs(std::shared_ptr<rocksdb::FileSystem> target) {
  return std::make_shared<OrderedLogs>(std::move(target));
}

}  // namespace rookery::engine
