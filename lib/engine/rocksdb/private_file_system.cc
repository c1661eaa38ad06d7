#include "engine/rocksdb/private_file_system.h"

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace rookery::engine {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr mode_t kFileMode = S_IRUSR | S_IWUSR;
constexpr mode_t kDirectoryMode = S_IRWXU;

/// A file made private before its creator opens it, and taken away again if that fails.
class PrivateFile {
 public:
  explicit PrivateFile(const std::string& name) : name_(name) {
    const int file = ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kFileMode);
    made_ = file >= 0;
    if (made_) ::close(file);
  }

  // Why a file cannot be made is left for the creator to find out and say.
  IOStatus Opened(IOStatus status) const {
    if (made_ && !status.ok()) ::unlink(name_.c_str());
    return status;
  }

 private:
  const std::string& name_;
  bool made_ = false;
};

class PrivateFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "rookery.PrivateFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    const PrivateFile made(name);
    return made.Opened(target()->NewWritableFile(name, options, file, debug));
  }

  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    const PrivateFile made(name);
    return made.Opened(target()->ReopenWritableFile(name, options, file, debug));
  }

  IOStatus NewLogger(const std::string& name, const IOOptions& options, std::shared_ptr<rocksdb::Logger>* logger,
                     IODebugContext* debug) override {
    const PrivateFile made(name);
    return made.Opened(target()->NewLogger(name, options, logger, debug));
  }

  IOStatus LockFile(const std::string& name, const IOOptions& options, rocksdb::FileLock** lock,
                    IODebugContext* debug) override {
    const PrivateFile made(name);
    return made.Opened(target()->LockFile(name, options, lock, debug));
  }

  IOStatus CreateDir(const std::string& name, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = target()->CreateDir(name, options, debug);
    if (status.ok()) ::chmod(name.c_str(), kDirectoryMode);
    return status;
  }

  IOStatus CreateDirIfMissing(const std::string& name, const IOOptions& options, IODebugContext* debug) override {
    // Made private if missing; whatever else is there, the target judges.
    ::mkdir(name.c_str(), kDirectoryMode);
    return target()->CreateDirIfMissing(name, options, debug);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewPrivateFileSystem(std::shared_ptr<rocksdb::FileSystem> target) {
  return std::make_shared<PrivateFileSystem>(std::move(target));
}

}  // namespace rookery::engine
