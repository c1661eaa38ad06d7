// The manifest of a backup: what the store held at that moment, and every file of it with size and checksum.
//
// Lines of words, the last one a checksum of all before it. Whatever bytes there are, what is decoded is harmless:
// names of files are names that a store's files have, so none of them leads out of a directory, and sizes can be added
// up.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/attachment.h"
#include "rookery/backup.h"
#include "rookery/status.h"

namespace rookery::backup {

/// The file of a cell that is its identity, beside the engine's directory; all others are the engine's.
inline constexpr std::string_view kIdentityFile = "ROOKERY";
inline constexpr std::string_view kMainCell = "main";
/// No manifest is longer.
inline constexpr std::size_t kMaxManifestBytes = std::size_t{64} << 20;

struct ManifestFile {
  std::string name;  // as in the store
  std::uint64_t size = 0;
  Checksum128 checksum;
  bool shared = false;  // it never changes: kept once for all backups

  friend bool operator==(const ManifestFile&, const ManifestFile&) = default;
};

struct ManifestCell {
  BackupCell cell;                // but for the sums of its files
  std::set<std::string> key_ids;  // of the keys that its files need, as EncryptionKey::id; empty: not encrypted
  std::vector<ManifestFile> files;
};

struct Manifest {
  std::string name;  // of the backup
  std::string store_id;
  std::string made_by;
  Timestamp created_at;
  std::vector<std::string> left_out;
  std::vector<ManifestCell> cells;  // the main one first
};

/// REQUIRES: what DecodeManifest asks for.
std::string EncodeManifest(const Manifest& manifest);
/// kCorruption in words that follow the file's name, such as "has been cut short"; kFormatNewer.
Result<Manifest> DecodeManifest(std::string_view text);

/// Whether it is a name that CreateBackup gives: "000007-20261123T165102Z".
bool IsBackupName(std::string_view name);
/// The greatest number that such a name may have.
inline constexpr std::uint64_t kMaxBackupNumber = 999'999'999'999'999'999;
/// Of a name that is one.
std::uint64_t NumberOfBackup(std::string_view name);
/// Whether a file of this name in a store's engine never changes: a table, or a file of large values.
bool NeverChanges(std::string_view name);

/// What callers are told of it; not whether it was verified.
BackupInfo InfoOf(const Manifest& manifest);
/// "000012-4096-0123456789abcdef0123456789abcdef.sst": the name under which a set keeps a file that never changes.
std::string SharedName(const ManifestFile& file);
/// Whether it is such a name.
bool IsSharedName(std::string_view name);

}  // namespace rookery::backup
