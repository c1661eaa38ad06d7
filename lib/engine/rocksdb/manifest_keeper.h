// Keeps a copy of CURRENT and of the MANIFEST that it names in the subdirectory `kept` of a database.
//
// Idea: these two small files say which of the others count; without them a database is a heap of tables. A MANIFEST
// only ever grows, so keeping it costs what was appended.
// Invariant: before a table, a blob file, a log or a MANIFEST is deleted, the copy is as new as the deletion (see
// KeepingFileSystem). So all that the copy names is there, and what was written since lies in logs that are there too.
// What reaches tables past the log, and families that logs name, is kept when it is made: see Keep's callers.
// The copies are of the files' bytes: of an encrypted database they are as encrypted as these, under the same keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "crypto/key_ring.h"
#include "engine/rocksdb/current_file.h"
#include "rookery/logger.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Where the copies of the database in `directory` are.
std::filesystem::path KeptDirectory(const std::filesystem::path& directory);

/// Thread-safe.
class ManifestKeeper {
 public:
  /// `logger` and `keys` may be null. Keeps nothing yet.
  ManifestKeeper(std::filesystem::path directory, std::shared_ptr<Logger> logger,
                 std::shared_ptr<const crypto::KeyRing> keys);

  /// Makes the copy as new as the database, durably. What cannot be kept is logged: no write fails for it.
  void Keep();

 private:
  Status KeepNow() RK_REQUIRES(mutex_);
  Status Begin(const CurrentFile& current) RK_REQUIRES(mutex_);
  Status Append() RK_REQUIRES(mutex_);

  const std::filesystem::path directory_;
  const std::shared_ptr<Logger> logger_;
  const std::shared_ptr<const crypto::KeyRing> keys_;
  base::Mutex mutex_;
  std::string manifest_ RK_GUARDED_BY(mutex_);     // that is kept; empty: none yet
  std::uint64_t bytes_ RK_GUARDED_BY(mutex_) = 0;  // of it
  bool failed_ RK_GUARDED_BY(mutex_) = false;      // the last time
};

}  // namespace rookery::engine
