// The files of an EncryptedFileSystem: a file of another file system, its cipher, and the header between the two.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <memory>
#include <string>

#include "crypto/file_cipher.h"

namespace rookery::engine {

/// Null `cipher`: its header was not finished, so it is empty.
std::unique_ptr<rocksdb::FSSequentialFile> NewEncryptedSequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file,
                                                                      std::unique_ptr<crypto::FileCipher> cipher);

std::unique_ptr<rocksdb::FSRandomAccessFile> NewEncryptedRandomAccessFile(
    std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::unique_ptr<crypto::FileCipher> cipher);

/// `file` has its header, and nothing behind it. Null `cipher`: it was reopened, and takes nothing more.
std::unique_ptr<rocksdb::FSWritableFile> NewEncryptedWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file,
                                                                  std::unique_ptr<crypto::FileCipher> cipher);

/// The size of a file's data.
std::uint64_t DataBytes(std::uint64_t file_bytes);

}  // namespace rookery::engine
