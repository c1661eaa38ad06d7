#include "tests/support/fault_env.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <string>
#include <utility>

namespace rookery::testing {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// What the disk still takes.
class FaultEnv::Disk {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  void Fill(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    room_ = bytes;
  }
  void FailBetween(std::uint64_t first, std::uint64_t last) {
    const std::lock_guard lock(mutex_);
    first_failing_ = first == kNever ? kNever : calls_ + first;
    last_failing_ = last == kNever ? kNever : calls_ + last;
  }
  std::uint64_t calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  IOStatus Call(const std::string& name) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    if (calls_ < first_failing_ || calls_ > last_failing_) return IOStatus::OK();
    return IOStatus::IOError("While changing: " + name, "Input/output error");
  }
  void HoldTables(std::uint64_t after) {
    {
      const std::lock_guard lock(mutex_);
      tables_left_ = after;
    }
    released_.notify_all();
  }
  void AwaitLeaveToMake(const std::string& name) {
    if (!name.ends_with(".sst")) return;
    std::unique_lock lock(mutex_);
    released_.wait(lock, [this] { return tables_left_ > 0; });
    if (tables_left_ != kNever) --tables_left_;
  }
  std::uint64_t unsynced_log_bytes() const { return unsynced_log_bytes_.load(); }
  void NoteUnsynced(std::uint64_t bytes) { unsynced_log_bytes_ += bytes; }
  void NoteSynced(std::uint64_t bytes) { unsynced_log_bytes_ -= bytes; }
  /// How much of `wanted` bytes still fits.
  std::size_t Take(std::size_t wanted) {
    const std::lock_guard lock(mutex_);
    const std::size_t taken = std::min<std::uint64_t>(wanted, room_);
    if (room_ != kNever) room_ -= taken;
    return taken;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable released_;
  std::uint64_t tables_left_ = kNever;
  std::uint64_t room_ = kNever;
  std::uint64_t calls_ = 0;
  std::uint64_t first_failing_ = kNever;
  std::uint64_t last_failing_ = kNever;
  std::atomic<std::uint64_t> unsynced_log_bytes_{0};
};

class FaultEnv::File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, std::shared_ptr<Disk> disk)
      : FSWritableFileOwnerWrapper(std::move(file)),
        name_(std::move(name)),
        is_log_(name_.ends_with(".log")),
        disk_(std::move(disk)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = disk_->Call(name_);
    if (!status.ok()) return status;
    const std::size_t taken = disk_->Take(data.size());
    status = target()->Append(Slice(data.data(), taken), options, debug);
    if (is_log_) disk_->NoteUnsynced(taken);
    unsynced_ += taken;
    if (!status.ok() || taken == data.size()) return status;
    return IOStatus::NoSpace("While appending to file: " + name_, "No space left on device");
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& /*checksum*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = disk_->Call(name_);
    return status.ok() ? Synced(target()->Sync(options, debug)) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = disk_->Call(name_);
    return status.ok() ? Synced(target()->Fsync(options, debug)) : status;
  }

 private:
  IOStatus Synced(IOStatus status) {
    const std::uint64_t bytes = status.ok() ? unsynced_.exchange(0) : 0;
    if (is_log_) disk_->NoteSynced(bytes);
    return status;
  }

  const std::string name_;
  const bool is_log_;
  const std::shared_ptr<Disk> disk_;
  std::atomic<std::uint64_t> unsynced_{0};
};

class FaultEnv::FileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FileSystem(std::shared_ptr<rocksdb::FileSystem> target, std::shared_ptr<Disk> disk)
      : FileSystemWrapper(std::move(target)), disk_(std::move(disk)) {}

  const char* Name() const override { return "rookery.FaultFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    disk_->AwaitLeaveToMake(name);
    IOStatus status = disk_->Call(name);
    if (status.ok()) status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<File>(std::move(*file), name, disk_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus status = disk_->Call(from);
    return status.ok() ? target()->RenameFile(from, to, options, debug) : status;
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = disk_->Call(name);
    return status.ok() ? target()->DeleteFile(name, options, debug) : status;
  }

 private:
  const std::shared_ptr<Disk> disk_;
};

FaultEnv::FaultEnv()
    : disk_(std::make_shared<Disk>()),
      env_(rocksdb::NewCompositeEnv(std::make_shared<FileSystem>(rocksdb::Env::Default()->GetFileSystem(), disk_))) {}

FaultEnv::~FaultEnv() = default;

rocksdb::Env* FaultEnv::env() const { return env_.get(); }
void FaultEnv::FillAfter(std::uint64_t bytes) { disk_->Fill(bytes); }
void FaultEnv::FailCall(std::uint64_t n) { disk_->FailBetween(n, n); }
void FaultEnv::FailFrom(std::uint64_t n) { disk_->FailBetween(n, Disk::kNever); }
void FaultEnv::HoldTablesAfter(std::uint64_t n) { disk_->HoldTables(n); }
void FaultEnv::Heal() {
  disk_->HoldTables(Disk::kNever);
  disk_->Fill(Disk::kNever);
  disk_->FailBetween(Disk::kNever, Disk::kNever);
}
std::uint64_t FaultEnv::calls() const { return disk_->calls(); }
std::uint64_t FaultEnv::unsynced_log_bytes() const { return disk_->unsynced_log_bytes(); }

}  // namespace rookery::testing
