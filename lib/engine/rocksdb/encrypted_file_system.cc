#include "engine/rocksdb/encrypted_file_system.h"

#include <rocksdb/file_system.h>

#include <string>
#include <utility>
#include <vector>

#include "crypto/file_header.h"
#include "engine/rocksdb/encrypted_files.h"

namespace rookery::engine {
namespace {

using crypto::FileCipher;
using crypto::kHeaderBytes;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus ToIo(const std::string& name, const Status& status) {
  const std::string text(status.message());
  if (status.code() == StatusCode::kUnavailable) return IOStatus::IOError(name, text);
  return IOStatus::Corruption(name, text);
}

/// What reads and writes pass through memory that is the caller's, so that it can be decrypted there.
FileOptions Buffered(FileOptions options, bool direct_reads) {
  options.use_mmap_reads = false;
  options.use_mmap_writes = false;
  options.use_direct_writes = false;
  options.use_direct_reads = options.use_direct_reads && direct_reads;
  return options;
}

class EncryptedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  EncryptedFileSystem(std::shared_ptr<FileSystem> target, std::shared_ptr<const crypto::KeyRing> keys)
      : FileSystemWrapper(std::move(target)), keys_(std::move(keys)) {}

  const char* Name() const override { return "rookery.EncryptedFileSystem"; }

  IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSSequentialFile> inner;
    std::unique_ptr<FileCipher> cipher;
    const FileOptions buffered = Buffered(options, /*direct_reads=*/false);
    IOStatus status = OpenBehindHeader(name, buffered, &inner, &cipher, debug);
    if (status.ok()) *file = NewEncryptedSequentialFile(std::move(inner), std::move(cipher));
    return status;
  }

  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) override {
    std::unique_ptr<FileCipher> cipher;
    {
      std::unique_ptr<rocksdb::FSSequentialFile> header;
      IOStatus status = OpenBehindHeader(name, Buffered(options, /*direct_reads=*/false), &header, &cipher, debug);
      if (!status.ok()) return status;
    }
    if (cipher == nullptr) return IOStatus::Corruption(name, "it ends within its header");
    std::unique_ptr<rocksdb::FSRandomAccessFile> inner;
    IOStatus status = target()->NewRandomAccessFile(name, Buffered(options, /*direct_reads=*/true), &inner, debug);
    if (status.ok()) *file = NewEncryptedRandomAccessFile(std::move(inner), std::move(cipher));
    return status;
  }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    IOStatus status = target()->NewWritableFile(name, Buffered(options, /*direct_reads=*/false), &inner, debug);
    if (!status.ok()) return status;
    auto header = crypto::MakeHeader(*keys_);
    if (!header) return ToIo(name, header.error());
    header->bytes.resize(kHeaderBytes, '\0');
    status = inner->Append(header->bytes, options.io_options, debug);
    if (status.ok()) *file = NewEncryptedWritableFile(std::move(inner), std::move(header->cipher));
    return status;
  }

  // RocksDB reopens the files that it takes in, to sync them.
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    std::uint64_t bytes = 0;
    const IOStatus found = target()->GetFileSize(name, options.io_options, &bytes, debug);
    if (!found.ok() || bytes == 0) return NewWritableFile(name, options, file, debug);
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    IOStatus status = target()->ReopenWritableFile(name, Buffered(options, /*direct_reads=*/false), &inner, debug);
    if (status.ok()) *file = NewEncryptedWritableFile(std::move(inner), /*cipher=*/nullptr);
    return status;
  }

  // The old file's bytes are gone before a new one is written: its header stays with nothing.
  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = target()->RenameFile(old_name, name, options.io_options, debug);
    return status.ok() ? NewWritableFile(name, options, file, debug) : status;
  }

  IOStatus NewRandomRWFile(const std::string& name, const FileOptions& /*options*/,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* /*file*/, IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported(name, "an encrypted file is not written again");
  }
  IOStatus NewMemoryMappedFileBuffer(const std::string& name,
                                     std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* /*buffer*/) override {
    return IOStatus::NotSupported(name, "an encrypted file cannot be buffered into memory");
  }
  // The engine's log goes to the store's logger; a file of its own would be in clear.
  IOStatus NewLogger(const std::string& name, const IOOptions& /*options*/,
                     std::shared_ptr<rocksdb::Logger>* /*logger*/, IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported(name, "an encrypted store has no log file of the engine's");
  }
  IOStatus Truncate(const std::string& name, std::size_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    return target()->Truncate(name, size + kHeaderBytes, options, debug);
  }

  IOStatus GetFileSize(const std::string& name, const IOOptions& options, std::uint64_t* bytes,
                       IODebugContext* debug) override {
    IOStatus status = target()->GetFileSize(name, options, bytes, debug);
    if (status.ok()) *bytes = DataBytes(*bytes);
    return status;
  }
  IOStatus GetChildrenFileAttributes(const std::string& directory, const IOOptions& options,
                                     std::vector<rocksdb::FileAttributes>* files, IODebugContext* debug) override {
    IOStatus status = target()->GetChildrenFileAttributes(directory, options, files, debug);
    if (!status.ok()) return status;
    for (rocksdb::FileAttributes& file : *files) file.size_bytes = DataBytes(file.size_bytes);
    return status;
  }

  // Every read is done when it was asked for.
  IOStatus Poll(std::vector<void*>& /*handles*/, std::size_t /*least*/) override { return IOStatus::OK(); }
  IOStatus AbortIO(std::vector<void*>& /*handles*/) override { return IOStatus::OK(); }

 private:
  /// Opens it and reads its header. `*cipher` stays null if that was not finished.
  IOStatus OpenBehindHeader(const std::string& name, const FileOptions& options,
                            std::unique_ptr<rocksdb::FSSequentialFile>* file, std::unique_ptr<FileCipher>* cipher,
                            IODebugContext* debug) const {
    IOStatus status = target()->NewSequentialFile(name, options, file, debug);
    std::string header;
    std::string buffer(kHeaderBytes, '\0');
    while (status.ok() && header.size() < kHeaderBytes) {
      Slice part;
      status = (*file)->Read(kHeaderBytes - header.size(), options.io_options, &part, buffer.data(), debug);
      if (part.empty()) break;
      header.append(part.data(), part.size());
    }
    if (!status.ok() || crypto::IsUnfinishedHeader(header)) return status;
    auto opened = crypto::OpenHeader(header, *keys_);
    if (!opened) return ToIo(name, opened.error());
    *cipher = *std::move(opened);
    return status;
  }

  const std::shared_ptr<const crypto::KeyRing> keys_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewEncryptedFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                            std::shared_ptr<const crypto::KeyRing> keys) {
  return std::make_shared<EncryptedFileSystem>(std::move(target), std::move(keys));
}

}  // namespace rookery::engine
