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
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// A table whose end is in memory.
class Table final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  Table(std::unique_ptr<rocksdb::FSRandomAccessFile> file, TableEnd end)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), end_(std::move(end)) {}

  IOStatus Read(std::uint64_t offset, std::size_t count, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    if (offset < end_.begin || offset - end_.begin > end_.bytes.size()) {
      return target()->Read(offset, count, options, result, scratch, debug);
    }
    *result = Slice(scratch, end_.bytes.copy(scratch, count, offset - end_.begin));
    return IOStatus::OK();
  }

 private:
  const TableEnd end_;
};

class CheckedTables final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "rookery.CheckedTables"; }

  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) override {
    IOStatus status = target()->NewRandomAccessFile(name, options, file, debug);
    if (!status.ok() || !name.ends_with(".sst")) return status;
    TableEnd end;
    status = Read(name, options, **file, &end, debug);
    if (status.ok()) {
      *file = std::make_unique<Table>(std::move(*file), std::move(end));
    } else {
      file->reset();
    }
    return status;
  }

 private:
  IOStatus Read(const std::string& name, FileOptions options, const rocksdb::FSRandomAccessFile& file, TableEnd* end,
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
      Slice got;
      status = source.Read(offset, count, options.io_options, &got, bytes->data(), debug);
      if (!status.ok() || got.size() != count) return false;
      if (got.data() != bytes->data()) bytes->assign(got.data(), count);
      return true;
    };
    *end = ReadTableEnd(size, read);
    if (!status.ok() || end->damage.empty()) return status;
    return IOStatus::Corruption(name, end->damage);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewCheckedTables(std::shared_ptr<rocksdb::FileSystem> target) {
  return std::make_shared<CheckedTables>(std::move(target));
}

}  // namespace rookery::engine
