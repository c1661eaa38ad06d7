#include "engine/rocksdb/encrypted_files.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "crypto/file_header.h"

namespace rookery::engine {
namespace {

using crypto::kHeaderBytes;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus CannotCipher() { return IOStatus::IOError("OpenSSL cannot encrypt or decrypt; check its installation"); }

/// Decrypts what `file` gave, into `scratch` if it lies elsewhere.
IOStatus Decrypt(const crypto::FileCipher& cipher, std::uint64_t offset, char* scratch, Slice* result) {
  if (result->data() != scratch) std::memmove(scratch, result->data(), result->size());
  *result = Slice(scratch, result->size());
  return cipher.Apply(offset, scratch, result->size()) ? IOStatus::OK() : CannotCipher();
}

class EncryptedSequentialFile final : public rocksdb::FSSequentialFile {
 public:
  EncryptedSequentialFile(std::unique_ptr<FSSequentialFile> file, std::unique_ptr<crypto::FileCipher> cipher)
      : file_(std::move(file)), cipher_(std::move(cipher)) {}

  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    *result = Slice();
    if (cipher_ == nullptr) return IOStatus::OK();
    IOStatus status = file_->Read(size, options, result, scratch, debug);
    if (!status.ok()) return status;
    status = Decrypt(*cipher_, offset_, scratch, result);
    offset_ += result->size();
    return status;
  }

  IOStatus Skip(std::uint64_t size) override {
    if (cipher_ == nullptr) return IOStatus::OK();
    offset_ += size;
    return file_->Skip(size);
  }

  IOStatus PositionedRead(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result,
                          char* scratch, IODebugContext* debug) override {
    *result = Slice();
    if (cipher_ == nullptr) return IOStatus::OK();
    const IOStatus status = file_->PositionedRead(offset + kHeaderBytes, size, options, result, scratch, debug);
    return status.ok() ? Decrypt(*cipher_, offset, scratch, result) : status;
  }

  bool use_direct_io() const override { return file_->use_direct_io(); }
  std::size_t GetRequiredBufferAlignment() const override { return file_->GetRequiredBufferAlignment(); }
  rocksdb::Temperature GetTemperature() const override { return file_->GetTemperature(); }
  IOStatus InvalidateCache(std::size_t offset, std::size_t length) override {
    return file_->InvalidateCache(offset + kHeaderBytes, length);
  }

 private:
  const std::unique_ptr<FSSequentialFile> file_;  // behind the header
  const std::unique_ptr<crypto::FileCipher> cipher_;
  std::uint64_t offset_ = 0;
};

class EncryptedRandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  EncryptedRandomAccessFile(std::unique_ptr<FSRandomAccessFile> file, std::unique_ptr<crypto::FileCipher> cipher)
      : file_(std::move(file)), cipher_(std::move(cipher)) {}

  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const IOStatus status = file_->Read(offset + kHeaderBytes, size, options, result, scratch, debug);
    return status.ok() ? Decrypt(*cipher_, offset, scratch, result) : status;
  }

  // MultiRead and ReadAsync are those of the base class, which call Read.

  IOStatus Prefetch(std::uint64_t offset, std::size_t size, const IOOptions& options, IODebugContext* debug) override {
    return file_->Prefetch(offset + kHeaderBytes, size, options, debug);
  }
  std::size_t GetUniqueId(char* id, std::size_t size) const override { return file_->GetUniqueId(id, size); }
  void Hint(AccessPattern pattern) override { file_->Hint(pattern); }
  bool use_direct_io() const override { return file_->use_direct_io(); }
  std::size_t GetRequiredBufferAlignment() const override { return file_->GetRequiredBufferAlignment(); }
  rocksdb::Temperature GetTemperature() const override { return file_->GetTemperature(); }
  IOStatus InvalidateCache(std::size_t offset, std::size_t length) override {
    return file_->InvalidateCache(offset + kHeaderBytes, length);
  }

 private:
  const std::unique_ptr<FSRandomAccessFile> file_;
  const std::unique_ptr<crypto::FileCipher> cipher_;
};

class EncryptedWritableFile final : public rocksdb::FSWritableFile {
 public:
  EncryptedWritableFile(std::unique_ptr<FSWritableFile> file, std::unique_ptr<crypto::FileCipher> cipher)
      : file_(std::move(file)) {
    if (cipher != nullptr) sequence_ = std::make_unique<crypto::CipherSequence>(*cipher);
  }

  using FSWritableFile::Append;
  using FSWritableFile::PositionedAppend;  // not supported: only direct writes need it, and there are none

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (sequence_ == nullptr)
      return IOStatus::NotSupported(
          "an encrypted file is not written again once it was closed or cut, or writing it has failed");
    // As much of the key stream as the encrypted bytes take is gone, whatever becomes of them.
    for (std::size_t done = 0; done < data.size();) {
      const std::size_t size = std::min(data.size() - done, buffer_.size());
      IOStatus status = CannotCipher();
      if (sequence_->Next({data.data() + done, size}, buffer_.data())) {
        status = file_->Append(Slice(buffer_.data(), size), options, debug);
      }
      if (!status.ok()) {
        sequence_ = nullptr;
        return status;
      }
      done += size;
    }
    return IOStatus::OK();
  }

  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    if (size < GetFileSize(options, debug)) sequence_ = nullptr;
    return file_->Truncate(size + kHeaderBytes, options, debug);
  }

  std::uint64_t GetFileSize(const IOOptions& options, IODebugContext* debug) override {
    return DataBytes(file_->GetFileSize(options, debug));
  }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override { return file_->Close(options, debug); }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override { return file_->Flush(options, debug); }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override { return file_->Sync(options, debug); }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return file_->Fsync(options, debug); }
  bool IsSyncThreadSafe() const override { return file_->IsSyncThreadSafe(); }
  void SetWriteLifeTimeHint(rocksdb::Env::WriteLifeTimeHint hint) override { file_->SetWriteLifeTimeHint(hint); }
  rocksdb::Env::WriteLifeTimeHint GetWriteLifeTimeHint() override { return file_->GetWriteLifeTimeHint(); }
  void SetIOPriority(rocksdb::Env::IOPriority priority) override { file_->SetIOPriority(priority); }
  rocksdb::Env::IOPriority GetIOPriority() override { return file_->GetIOPriority(); }
  void SetPreallocationBlockSize(std::size_t size) override { file_->SetPreallocationBlockSize(size); }
  void GetPreallocationStatus(std::size_t* block_size, std::size_t* last_block) override {
    file_->GetPreallocationStatus(block_size, last_block);
  }
  std::size_t GetUniqueId(char* id, std::size_t size) const override { return file_->GetUniqueId(id, size); }
  IOStatus InvalidateCache(std::size_t offset, std::size_t length) override {
    return file_->InvalidateCache(offset + kHeaderBytes, length);
  }
  IOStatus RangeSync(std::uint64_t offset, std::uint64_t size, const IOOptions& options,
                     IODebugContext* debug) override {
    return file_->RangeSync(offset + kHeaderBytes, size, options, debug);
  }
  void PrepareWrite(std::size_t offset, std::size_t size, const IOOptions& options, IODebugContext* debug) override {
    file_->PrepareWrite(offset + kHeaderBytes, size, options, debug);
  }
  IOStatus Allocate(std::uint64_t offset, std::uint64_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    return file_->Allocate(offset + kHeaderBytes, size, options, debug);
  }

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{64} << 10;  // stays in the processor's cache

  const std::unique_ptr<FSWritableFile> file_;
  std::unique_ptr<crypto::CipherSequence> sequence_;  // null: nothing more may be written
  std::vector<char> buffer_ = std::vector<char>(kBufferBytes);
};

}  // namespace

std::unique_ptr<rocksdb::FSSequentialFile> NewEncryptedSequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file,
                                                                      std::unique_ptr<crypto::FileCipher> cipher) {
  return std::make_unique<EncryptedSequentialFile>(std::move(file), std::move(cipher));
}

std::unique_ptr<rocksdb::FSRandomAccessFile> NewEncryptedRandomAccessFile(
    std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::unique_ptr<crypto::FileCipher> cipher) {
  return std::make_unique<EncryptedRandomAccessFile>(std::move(file), std::move(cipher));
}

std::unique_ptr<rocksdb::FSWritableFile> NewEncryptedWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file,
                                                                  std::unique_ptr<crypto::FileCipher> cipher) {
  return std::make_unique<EncryptedWritableFile>(std::move(file), std::move(cipher));
}

std::uint64_t DataBytes(std::uint64_t file_bytes) {
  return file_bytes - std::min<std::uint64_t>(file_bytes, kHeaderBytes);
}

}  // namespace rookery::engine
