// A file for an engine, written from its beginning to its end past RocksDB: with a header of its own and encrypted, if
// the engine's files are.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>

#include "crypto/file_cipher.h"
#include "crypto/key_ring.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Owned by one thread. Movable.
class DataWriter {
 public:
  /// Makes the file anew. Null `keys`: it is not encrypted; else with the newest. kUnavailable: no randomness.
  static Result<DataWriter> Create(const std::filesystem::path& path, const crypto::KeyRing* keys);

  void Append(std::string_view bytes);
  /// kIoError: something was not written. Syncs nothing.
  Status Finish();

 private:
  explicit DataWriter(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {}

  std::filesystem::path path_;
  std::ofstream file_;
  std::unique_ptr<crypto::CipherSequence> sequence_;  // null: not encrypted
};

/// The bytes of a file that has this data: with a header and encrypted, unless `keys` is null.
Result<std::string> FileOf(std::string_view data, const crypto::KeyRing* keys);

}  // namespace rookery::engine
