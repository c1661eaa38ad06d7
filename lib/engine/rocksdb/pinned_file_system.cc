#include "engine/rocksdb/pinned_file_system.h"

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <cerrno>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "base/descriptor.h"

namespace rookery::engine {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

/// Thread-safe.
class Pin {
 public:
  explicit Pin(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Of the file `name`: those of other directories are not looked at.
  IOStatus Check(const std::string& name) {
    if (std::filesystem::path(name).parent_path() != directory_) return IOStatus::OK();
    struct stat now {};
    const int failure = ::stat(directory_.c_str(), &now) == 0 ? 0 : errno;
    const std::lock_guard lock(mutex_);
    if (!held_.valid()) {
      if (failure == 0) Hold(now);
      return IOStatus::OK();  // if it is not there yet, its creator will say so
    }
    if (failure == 0 && now.st_dev == device_ && now.st_ino == inode_) return IOStatus::OK();
    if (failure != 0 && failure != ENOENT && failure != ENOTDIR) {
      return IOStatus::IOError("cannot look at " + directory_.string(), std::generic_category().message(failure));
    }
    return IOStatus::IOError(directory_.string() +
                             " was moved, removed or replaced while it is open; close the store, and open it where it "
                             "is now");
  }

 private:
  void Hold(const struct stat& now) {
    // While it is held no other directory gets its number.
    held_ = base::Descriptor(::open(directory_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    device_ = now.st_dev;
    inode_ = now.st_ino;
  }

  const std::filesystem::path directory_;
  std::mutex mutex_;
  base::Descriptor held_;  // this and the rest guarded by mutex_
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

class PinnedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  PinnedFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target, std::filesystem::path directory)
      : FileSystemWrapper(target), pin_(std::move(directory)) {}

  const char* Name() const override { return "rookery.PinnedFileSystem"; }

  IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) override {
    IOStatus status = pin_.Check(name);
    return status.ok() ? target()->NewSequentialFile(name, options, file, debug) : status;
  }
  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) override {
    IOStatus status = pin_.Check(name);
    return status.ok() ? target()->NewRandomAccessFile(name, options, file, debug) : status;
  }
  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = pin_.Check(name);
    return status.ok() ? target()->NewWritableFile(name, options, file, debug) : status;
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = pin_.Check(name);
    return status.ok() ? target()->ReopenWritableFile(name, options, file, debug) : status;
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = pin_.Check(name);
    return status.ok() ? target()->ReuseWritableFile(name, old_name, options, file, debug) : status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    IOStatus status = pin_.Check(to);
    return status.ok() ? target()->RenameFile(from, to, options, debug) : status;
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* debug) override {
    IOStatus status = pin_.Check(from);
    return status.ok() ? target()->LinkFile(from, to, options, debug) : status;
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = pin_.Check(name);
    return status.ok() ? target()->DeleteFile(name, options, debug) : status;
  }

 private:
  Pin pin_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewPinnedFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                         std::filesystem::path directory) {
  return std::make_shared<PinnedFileSystem>(std::move(target), std::move(directory));
}

}  // namespace rookery::engine
