#include "engine/rocksdb/keeping_file_system.h"

#include <rocksdb/file_system.h>

#include <filesystem>
#include <string>
#include <utility>

#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::engine {
namespace {

bool HoldsData(const std::string& path) {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  const std::string extension = name.extension().string();
  return extension == ".sst" || extension == ".blob" || extension == ".log" || name.string().starts_with("MANIFEST-");
}

class KeepingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  KeepingFileSystem(std::shared_ptr<rocksdb::FileSystem> target, std::shared_ptr<ManifestKeeper> keeper)
      : FileSystemWrapper(std::move(target)), keeper_(std::move(keeper)) {}

  const char* Name() const override { return "rookery.KeepingFileSystem"; }

  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (HoldsData(name)) keeper_->Keep();
    return target()->DeleteFile(name, options, debug);
  }

 private:
  const std::shared_ptr<ManifestKeeper> keeper_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewKeepingFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                          std::shared_ptr<ManifestKeeper> keeper) {
  return std::make_shared<KeepingFileSystem>(std::move(target), std::move(keeper));
}

}  // namespace rookery::engine
