// A file of an engine, read from its beginning: what RocksDB put into it, whether or not the file is encrypted.
//
// For those who read an engine's files past RocksDB: what looks at damage, and what keeps copies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/file_reader.h"
#include "crypto/file_cipher.h"
#include "crypto/key_ring.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Owned by one thread. Movable.
class DataReader {
 public:
  /// Null `keys`: the file is not encrypted. One whose header was not finished is empty, as RocksDB finds it.
  /// kNotFound; kIoError, kPermission: it cannot be read; kPermission also: it is encrypted with a key that is not
  /// among these, which the message names; kCorruption: its header is damaged.
  static Result<DataReader> Open(const std::filesystem::path& path, const crypto::KeyRing* keys);

  /// Of the data: without the header.
  std::uint64_t bytes() const { return bytes_; }
  /// Fills all of `to` with what comes next. kIoError: also if there is less.
  Status Read(std::string* to);

 private:
  DataReader(std::filesystem::path path, base::FileReader file) : path_(std::move(path)), file_(std::move(file)) {}

  std::filesystem::path path_;
  base::FileReader file_;
  std::unique_ptr<crypto::FileCipher> cipher_;  // null: not encrypted, or empty
  std::uint64_t bytes_ = 0;
  std::uint64_t offset_ = 0;  // of what comes next
};

}  // namespace rookery::engine
