#include "engine/rocksdb/cautious_file_system.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <utility>

#include "engine/rocksdb/directory.h"
#include "engine/rocksdb/observed_file.h"

namespace rookery::engine {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

bool SaysWhatCounts(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return name == "CURRENT" || name.starts_with("MANIFEST-");
}

/// Whether it is certain what the MANIFEST says. Thread-safe.
class Certainty {
 public:
  void Lose() { lost_ = true; }
  IOStatus Noted(IOStatus status) {
    if (!status.ok()) Lose();
    return status;
  }
  bool lost() const { return lost_; }

 private:
  std::atomic<bool> lost_{false};
};

class Manifest final : public ObservedFile {
 public:
  Manifest(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Certainty> certainty)
      : ObservedFile(std::move(file)), certainty_(std::move(certainty)) {}

 private:
  void Failed() override { certainty_->Lose(); }

  const std::shared_ptr<Certainty> certainty_;
};

class Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> directory, std::shared_ptr<Certainty> certainty)
      : FSDirectoryWrapper(std::move(directory)), certainty_(std::move(certainty)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return certainty_->Noted(FSDirectoryWrapper::Fsync(options, debug));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& what) override {
    return certainty_->Noted(FSDirectoryWrapper::FsyncWithDirOptions(options, debug, what));
  }

 private:
  const std::shared_ptr<Certainty> certainty_;
};

class CautiousFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "rookery.CautiousFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok() && SaysWhatCounts(name)) *file = std::make_unique<Manifest>(std::move(*file), certainty_);
    return status;
  }

  // The name CURRENT comes by being renamed, and lasts once its directory is synced.
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    IOStatus status = target()->RenameFile(from, to, options, debug);
    return SaysWhatCounts(to) ? certainty_->Noted(std::move(status)) : status;
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* debug) override {
    IOStatus status = target()->NewDirectory(name, options, directory, debug);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), certainty_);
    return status;
  }

  IOStatus DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* debug) override {
    if (certainty_->lost() && HoldsData(name)) return IOStatus::OK();
    return target()->DeleteFile(name, options, debug);
  }

 private:
  const std::shared_ptr<Certainty> certainty_ = std::make_shared<Certainty>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewCautiousFileSystem(std::shared_ptr<rocksdb::FileSystem> target) {
  return std::make_shared<CautiousFileSystem>(std::move(target));
}

}  // namespace rookery::engine
