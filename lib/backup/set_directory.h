// A backup set on disk.
//
//   set/ROOKERY-BACKUPS                   identity: lines of "name value"; of which store the backups are
//   set/lock                              see assembly::LockFile
//   set/files/000012-4096-CHECKSUM.sst    files that never change, once for all backups
//   set/backups/NAME/manifest             see manifest.h
//   set/backups/NAME/verified             when it was last proved, and by which manifest
//   set/backups/NAME/failed               proving it failed since
//   set/backups/NAME/CELL/...             what is this backup's own
//   set/backups/NAME.part/                a backup that is being made, or removed
//   set/scratch-*                         a backup that is opened
//
// Invariant: a backup is there when its directory has got its name, and from then on nothing that it names changes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assembly/lock_file.h"
#include "backup/files.h"
#include "backup/manifest.h"
#include "rookery/status.h"

namespace rookery::backup {

/// A manifest, and the checksum of all its bytes.
struct StoredManifest {
  Manifest manifest;
  Checksum128 checksum;
};

/// An open set: holds its lock. Thread-compatible; movable.
class SetDirectory {
 public:
  enum class Access : std::uint8_t {
    kRead,    // beside others who read
    kChange,  // alone
  };

  /// kNotFound: there is none. kCorruption: it is damaged. kLocked: somebody else changes it, or for kChange has it.
  static Result<SetDirectory> Open(const std::filesystem::path& path, Access access);
  /// For kChange, and makes it if there is nothing. kConflict: it is of another store. kAlreadyExists: something else
  /// is there. kInvalidArgument: it would be in a store.
  static Result<SetDirectory> OpenOrMake(const std::filesystem::path& path, std::string_view store_id);

  const std::filesystem::path& path() const { return path_; }
  const std::string& store_id() const { return store_id_; }
  std::filesystem::path files_path() const { return path_ / "files"; }
  std::filesystem::path backups_path() const { return path_ / "backups"; }
  std::filesystem::path PathOf(std::string_view backup) const { return backups_path() / backup; }
  std::filesystem::path PathOf(std::string_view backup, std::string_view cell, const ManifestFile& file) const;
  std::filesystem::path ManifestPath(std::string_view backup) const { return PathOf(backup) / "manifest"; }

  /// Those of all backups, oldest first.
  Result<std::vector<std::string>> Names() const;
  /// `backup`, or the newest if that is empty. kNotFound: there is none.
  Result<std::string> Choose(const std::string& backup) const;
  /// kCorruption, naming the file.
  Result<StoredManifest> Read(const std::string& backup) const;
  /// kCorruption: a directory in which the backup's own files are is missing, or a link.
  Status CheckDirectories(const Manifest& manifest) const;

  /// When it was proved; nullopt: never, or by another manifest.
  std::optional<Timestamp> VerifiedAt(const std::string& backup, const Checksum128& manifest) const;
  Status MarkVerified(const std::string& backup, const Checksum128& manifest, Timestamp when) const;
  /// Remembers that proving it failed, as far as the set can be written.
  void UnmarkVerified(const std::string& backup) const;
  /// The same of all backups that have this file, which is damaged, in common. Nothing of one that is a backup's own.
  void UnmarkSharing(const ManifestFile& file) const;
  /// Whether the last attempt to prove it failed.
  bool HasFailed(const std::string& backup) const;

  /// Removes what calls that were cut short have left, but for files that never change. REQUIRES: kChange.
  Status RemoveParts() const;
  /// What lies among the backups and is not Rookery's, such as a backup that somebody gave another name; but for files,
  /// which can be none.
  Result<std::vector<std::string>> UnknownNames() const;
  /// Removes the files that none of these backups has; nothing while there are unknown names. REQUIRES: kChange.
  struct Removed {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> because_of = {};  // unknown names, if nothing was removed because of them
  };
  Result<Removed> RemoveUnused(const std::vector<Manifest>& backups, bool dry_run) const;
  /// All manifests. kCorruption: one of them cannot be understood.
  Result<std::vector<Manifest>> ReadAll() const;

 private:
  SetDirectory(std::filesystem::path path, assembly::LockFile lock, std::string store_id)
      : path_(std::move(path)), lock_(std::move(lock)), store_id_(std::move(store_id)) {}

  std::filesystem::path path_;
  assembly::LockFile lock_;
  std::string store_id_;
};

}  // namespace rookery::backup
