// A file that tells of each write and each sync, however RocksDB asks for it.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <memory>
#include <utility>

namespace rookery::engine {

/// Passes everything on, and calls what a derived class overrides around it. Thread rule of RocksDB's files: one thread
/// at a time, but for syncs beside writes.
class ObservedFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  explicit ObservedFile(std::unique_ptr<rocksdb::FSWritableFile> file) : FSWritableFileOwnerWrapper(std::move(file)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) final {
    BeforeWrite();
    return Done(target()->Append(data, options, debug));
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& checksum, rocksdb::IODebugContext* debug) final {
    BeforeWrite();
    return Done(target()->Append(data, options, checksum, debug));
  }
  rocksdb::IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t offset,
                                     const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) final {
    BeforeWrite();
    return Done(target()->PositionedAppend(data, offset, options, debug));
  }
  rocksdb::IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t offset,
                                     const rocksdb::IOOptions& options, const rocksdb::DataVerificationInfo& checksum,
                                     rocksdb::IODebugContext* debug) final {
    BeforeWrite();
    return Done(target()->PositionedAppend(data, offset, options, checksum, debug));
  }
  rocksdb::IOStatus Flush(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) final {
    return Done(target()->Flush(options, debug));
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) final {
    BeforeSync();
    return Done(target()->Sync(options, debug));
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) final {
    BeforeSync();
    return Done(target()->Fsync(options, debug));
  }
  rocksdb::IOStatus Close(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) final {
    BeforeClose();
    return Done(target()->Close(options, debug));
  }

 protected:
  virtual void BeforeWrite() {}
  virtual void BeforeSync() {}
  virtual void BeforeClose() {}
  /// A write, flush, sync or close failed.
  virtual void Failed() {}

 private:
  rocksdb::IOStatus Done(rocksdb::IOStatus status) {
    if (!status.ok()) Failed();
    return status;
  }
};

}  // namespace rookery::engine
