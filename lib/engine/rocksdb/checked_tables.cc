#include "engine/rocksdb/checked_tables.h"

#include <rocksdb/file_system.h>

#include <cstdint>
#include <string>
#include <utility>

#include "engine/rocksdb/table_end.h"

namespace rookery::engine {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOStatus;

class CheckedTables final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "rookery.CheckedTables"; }

  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) override {
    IOStatus status = target()->NewRandomAccessFile(name, options, file, debug);
    if (!status.ok() || !name.ends_with(".sst")) return status;
    status = Check(name, options, **file, debug);
    if (!status.ok()) file->reset();
    return status;
  }

 private:
  IOStatus Check(const std::string& name, FileOptions options, const rocksdb::FSRandomAccessFile& file,
                 IODebugContext* debug) {
    std::uint64_t size = 0;
    IOStatus status = target()->GetFileSize(name, options.io_options, &size, debug);
    if (!status.ok()) return status;
    // Direct reads are of whole blocks, at whole blocks.
    std::unique_ptr<rocksdb::FSRandomAccessFile> plain;
    if (std::exchange(options.use_direct_reads, false)) {
      status = target()->NewRandomAccessFile(name, options, &plain, debug);
      if (!status.ok()) return status;
    }
    const rocksdb::FSRandomAccessFile& source = plain ? *plain : file;
    const auto read = [&](std::uint64_t offset, std::size_t count, std::string* bytes) {
      bytes->resize(count);
      rocksdb::Slice got;
      status = source.Read(offset, count, options.io_options, &got, bytes->data(), debug);
      if (!status.ok() || got.size() != count) return false;
      if (got.data() != bytes->data()) bytes->assign(got.data(), count);
      return true;
    };
    const std::string damage = DamageOfTableEnd(size, read);
    if (!status.ok() || damage.empty()) return status;
    return IOStatus::Corruption(name, damage);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewCheckedTables(std::shared_ptr<rocksdb::FileSystem> target) {
  return std::make_shared<CheckedTables>(std::move(target));
}

}  // namespace rookery::engine
