// The directory of a store on disk, and the identity file by which Open knows one.
//
//   chat.rook/ROOKERY       identity: lines of "name value"; written when the store is complete, and again when
//                           new files get another key
//   chat.rook/lock          see LockFile
//   chat.rook/stats         see published_stats.h
//   chat.rook/witness       see witness_file.h
//   chat.rook/readers/      see beside/readers_directory.h
//   chat.rook/cell-0000/    the engine's files
//
// Invariant: the identity file is the last thing that creation writes, and creation happens under the lock. A directory
// with other files but without it is never touched.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::assembly {

/// The newest store format that this version reads, and the one that it makes. May still change until 0.1.0.
inline constexpr std::uint32_t kStoreFormat = 1;

/// The first line of an identity file.
inline constexpr std::string_view kIdentityTitle = "rookery store";
/// In the directory of a backup set, which is no store.
inline constexpr std::string_view kBackupSetFile = "ROOKERY-BACKUPS";
/// For whoever takes `path` for a store: what it is, and what is for it. Empty: no backup set.
std::string HintAtBackupSet(const std::filesystem::path& path);

/// Which cell of which store a directory is.
struct CellMark {
  std::string name;
  std::string store_id;
  friend bool operator==(const CellMark&, const CellMark&) = default;
};

struct Identity {
  std::uint32_t format = kStoreFormat;
  std::string store_id;  // 32 hex digits
  Timestamp epoch;
  Timestamp created_at;
  std::optional<CellMark> cell = {};  // absent: a store of its own
  std::string made_by = {};           // the version of Rookery; empty: this one
  std::string key_id = {};            // of new files' key, EncryptionKey::id; empty: it is not encrypted
};

class StoreDirectory {
 public:
  enum class Content : std::uint8_t {
    kNothing,  // missing, or an empty directory
    kLock,     // nothing but the lock: a creation that begins now, or that ended there
    kBegun,    // the lock and files of an engine, but no identity: a creation under way, or one that was cut short
    kStore,
    kOther,  // something else
  };

  /// What one call has made, for Unmake.
  struct Made {
    bool directory = false;
    bool lock = false;
    bool files = false;            // those of the engine, and the identity
    std::optional<mode_t> mode{};  // what the directory had before MakePrivate
  };

  explicit StoreDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path engine_path() const { return path_ / "cell-0000"; }
  std::filesystem::path lock_path() const { return path_ / "lock"; }
  std::filesystem::path stats_path() const { return path_ / "stats"; }
  std::filesystem::path witness_path() const { return path_ / "witness"; }
  std::filesystem::path readers_path() const { return path_ / "readers"; }
  std::filesystem::path identity_path() const { return path_ / "ROOKERY"; }

  /// While others may have the lock this may be outdated when it is told.
  Result<Content> Look() const;
  /// Makes the directory with mode 0700, unless there is one.
  Status Make(Made* made) const;
  /// Sets mode 0700 on a directory that was there before.
  Status MakePrivate(Made* made) const;
  /// Makes the directory's name durable. Without a right to read the directory above, that is left to the system.
  Status SyncName() const;
  /// Undoes a creation that failed: removes what this call made, and nothing else. Call it with the lock held.
  void Unmake(const Made& made) const;
  /// Durably and at once: a file of another name is written, synced and renamed.
  Status WriteIdentity(const Identity& identity) const;
  /// kFormatNewer for a store of a later version, kCorruption if the file cannot be understood, kNotFound if it is not
  /// there, kPermission or kIoError if it cannot be read.
  Result<Identity> ReadIdentity() const;

 private:
  std::filesystem::path path_;
};

/// 128 random bits as 32 hex digits.
std::string NewStoreId();

}  // namespace rookery::assembly
