#include "engine/rocksdb/keeping_file_system.h"

#include <rocksdb/file_system.h>

#include <string>
#include <utility>

#include "engine/rocksdb/directory.h"
#include "engine/rocksdb/log_list.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::engine {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class KeepingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  KeepingFileSystem(std::shared_ptr<rocksdb::FileSystem> target, FileWatchers watchers)
      : FileSystemWrapper(std::move(target)), watchers_(std::move(watchers)) {}

  const char* Name() const override { return "rookery.KeepingFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    if (NumberOfLog(name)) watchers_.logs->Beginning(name);
    IOStatus status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok() && NumberOfLog(name)) watchers_.logs->Begun(name);
    return status;
  }

  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    if (NumberOfLog(old_name)) watchers_.logs->Going(old_name);
    if (NumberOfLog(name)) watchers_.logs->Beginning(name);
    IOStatus status = target()->ReuseWritableFile(name, old_name, options, file, debug);
    if (status.ok() && NumberOfLog(name)) watchers_.logs->Begun(name);
    return status;
  }

  // A log that is put aside instead of being deleted. One that is put in the place of another stays.
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    if (NumberOfLog(from)) watchers_.logs->Going(from);
    return target()->RenameFile(from, to, options, debug);
  }

  IOStatus DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* debug) override {
    if (HoldsData(name)) watchers_.keeper->Keep();
    if (NumberOfLog(name)) watchers_.logs->Going(name);
    return target()->DeleteFile(name, options, debug);
  }

 private:
  const FileWatchers watchers_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewKeepingFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                          FileWatchers watchers) {
  return std::make_shared<KeepingFileSystem>(std::move(target), std::move(watchers));
}

}  // namespace rookery::engine
