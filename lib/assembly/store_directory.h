// The directory of a store on disk, and the identity file by which Open knows one.
//
//   chat.rook/ROOKERY       identity: lines of "name value"; written once, when the store is complete
//   chat.rook/lock          see LockFile
//   chat.rook/cell-0000/    the engine's files
//
// Invariant: the identity file is the last thing that creation writes. A directory with files but without it is never
// touched.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::assembly {

/// The newest store format that this version reads, and the one that it makes. May still change until 0.1.0.
inline constexpr std::uint32_t kStoreFormat = 1;

struct Identity {
  std::uint32_t format = kStoreFormat;
  std::string store_id;  // 32 hex digits
  Timestamp epoch;
  Timestamp created_at;
};

class StoreDirectory {
 public:
  enum class Content {
    kNothing,  // missing, or an empty directory
    kStore,
    kOther,  // files, but no identity: something else, or a creation that was cut short
  };

  explicit StoreDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path engine_path() const { return path_ / "cell-0000"; }
  std::filesystem::path lock_path() const { return path_ / "lock"; }

  Result<Content> Look() const;
  /// Makes the directory with mode 0700, or sets that mode on an empty one.
  Status Make() const;
  /// Undoes a creation that failed: removes what it made, and nothing else.
  void Unmake() const;
  /// Durably and at once: a file of another name is written, synced and renamed.
  Status WriteIdentity(const Identity& identity) const;
  /// kFormatNewer for a store of a later version, kCorruption if the file cannot be understood.
  Result<Identity> ReadIdentity() const;

 private:
  std::filesystem::path identity_path() const { return path_ / "ROOKERY"; }

  std::filesystem::path path_;
};

/// 128 random bits as 32 hex digits.
std::string NewStoreId();

}  // namespace rookery::assembly
