// A file for an engine, written from its beginning to its end past RocksDB: with a header of its own and encrypted, if
// the engine's files are.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "crypto/file_cipher.h"
#include "crypto/key_ring.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Owned by one thread. Movable.
class DataWriter {
 public:
  /// Makes the file anew. Null `keys`: it is not encrypted; else with the newest. kUnavailable: no randomness.
  /// kNoSpace, kPermission, kIoError: it cannot be made.
  static Result<DataWriter> Create(const std::filesystem::path& path, const crypto::KeyRing* keys);

  void Append(std::string_view bytes);
  /// kNoSpace, kIoError: something was not written. Syncs nothing.
  Status Finish();

 private:
  DataWriter(std::filesystem::path path, base::Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  void WriteOut();

  std::filesystem::path path_;
  base::Descriptor file_;
  std::string buffer_;                                // not written yet
  Status failure_;                                    // the first one
  std::unique_ptr<crypto::CipherSequence> sequence_;  // null: not encrypted
};

/// The bytes of a file that has this data: with a header and encrypted, unless `keys` is null.
Result<std::string> FileOf(std::string_view data, const crypto::KeyRing* keys);

}  // namespace rookery::engine
