// Backups: copies of a store, made while it is in use, that are proved by being opened and counted. docs/backups.md.
//
//   store->CreateBackup("/backup/chat");
//   rookery::VerifyBackup("/backup/chat");
//   rookery::RestoreBackup("/backup/chat", "/srv/chat.rook");
//
// A backup set is a directory with the backups of one store. Files that never change are in it once, however many
// backups have them, so that the next backup costs what was written since. Every call on a set but Store::CreateBackup
// and PruneBackups may be made beside others. What a set says is not trusted: no name in it leads out of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/cells.h"
#include "rookery/encryption.h"
#include "rookery/export.h"
#include "rookery/reshard.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

/// How far a call on a backup is. Told from the calling thread, about ten times a second.
struct BackupProgress {
  std::string_view phase;         // "copy", "count", "check": a literal
  std::uint64_t done_bytes = 0;   // of this phase
  std::uint64_t total_bytes = 0;  // about
};
/// Returns false to stop: the call then answers kInterrupted.
using BackupProgressFunction = std::function<bool(const BackupProgress&)>;

/// How tables come into the backup set.
enum class BackupTables : std::uint8_t {
  kCopy = 0,
  /// As hard links, where the file system has them: fast, and no bytes are copied. But a file that is damaged is
  /// damaged in the store and in the backup: for a copy that is soon taken elsewhere.
  kLink = 1,
};

struct BackupOptions {
  BackupTables tables = BackupTables::kCopy;
  /// The most bytes that are copied, and then read to be counted, in a second. 0: no limit.
  std::uint64_t max_bytes_per_second = 0;
  /// Whether to go on without a cell that is quarantined. It is not in the backup then, which says so.
  MissingCells missing_cells = MissingCells::kRefuse;
  BackupProgressFunction progress = {};
};

/// What messages, records and attachments there are.
struct BackupCounts {
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;
};

/// What a shard held at the moment of the backup.
struct BackupShard {
  BackupCounts counts;
  Fingerprint print;  // as ReshardProof::shards
};

struct BackupCell {
  std::string name;                 // "main", or a cell's
  std::string store_id;             // of the cell's own store
  Epoch epoch;                      // of its shard map
  std::uint64_t position = 0;       // in its log
  std::vector<BackupShard> shards;  // by ShardId
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  // of the files
};

struct BackupInfo {
  std::string name;  // such as "000007-20261123T165102Z": its number, and when it was begun
  std::string store_id = {};
  Timestamp created_at = {};               // its moment
  std::string made_by = {};                // the version of rookery
  std::vector<BackupCell> cells = {};      // the main one first
  std::vector<std::string> left_out = {};  // cells that were quarantined
  std::vector<std::string> key_ids = {};   // of the keys that its files need, by EncryptionKey::id; empty: none
  BackupCounts counts = {};                // of all cells
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;                    // of all its files, also those that it shares
  std::optional<Timestamp> verified_at = {};  // when VerifyBackup last proved it; absent: never, or it failed since
  std::string damage = {};                    // why it cannot be understood; then only the name is known. Else empty
};

struct BackupReport {
  BackupInfo backup;
  std::uint64_t files_copied = 0;  // or linked
  std::uint64_t bytes_copied = 0;
  std::uint64_t files_shared = 0;  // that the set had already
};

struct VerifyBackupOptions {
  std::string backup = {};  // its name; empty: the newest
  /// Only whether all files are there, with the right bytes: nothing is opened, nothing is proved, no key is needed.
  bool files_only = false;
  /// Of an encrypted backup every key in BackupInfo::key_ids.
  std::optional<EncryptionOptions> encryption = {};
  /// The directory in which it is opened. Empty: the set, or if that cannot be written the system's for temporary
  /// files. On another disk than the set's it needs room for the whole backup.
  std::filesystem::path scratch = {};
  BackupProgressFunction progress = {};
};

/// A backup whose files are all right. If `opened`, it was opened as a store is, read whole and counted, and each shard
/// had the counts and the fingerprint that the store had: it is verified, but for the cells in BackupInfo::left_out.
struct BackupProof {
  BackupInfo backup;
  bool opened = false;
  std::string not_remembered = {};  // why the set could not be told that it was proved; else empty
};

struct RestoreOptions {
  std::string backup = {};  // its name; empty: the newest
  /// Only this channel, into a new store with the routing of its cell. `channel_as`: its name there; empty: the same.
  std::optional<std::string> channel = {};
  std::string channel_as = {};
  /// As VerifyBackupOptions::encryption. A new store for a channel is encrypted with the first key.
  std::optional<EncryptionOptions> encryption = {};
  BackupProgressFunction progress = {};
};

struct RestoreReport {
  BackupInfo backup;
  BackupCounts counts;
  std::uint64_t bytes = 0;  // written
};

struct ChannelRestoreOptions {
  std::string backup = {};      // its name; empty: the newest
  std::string channel_as = {};  // its name in the store; empty: the same
  /// As VerifyBackupOptions::encryption. Absent: the keys that the store was opened with.
  std::optional<EncryptionOptions> encryption = {};
  BackupProgressFunction progress = {};
};

struct ROOKERY_EXPORT PruneOptions {
  /// Keeps so many of the newest. Those that one of the two rules keeps stay.
  std::optional<std::uint64_t> keep = {};
  /// Keeps those that are not older.
  std::optional<std::chrono::hours> keep_for = {};
  bool dry_run = false;  // says what would be removed
  Timestamp now = {};    // default: the system's clock
};

struct PruneReport {
  std::vector<std::string> removed;  // names of backups
  std::vector<std::string> kept;
  /// What lies among the backups and is not Rookery's: it may need any table, so none was removed because of it.
  std::vector<std::string> unknown = {};
  std::uint64_t files_removed = 0;
  std::uint64_t bytes_removed = 0;
};

/// The backups of a set, oldest first. kNotFound: there is no set. kCorruption: it is not one.
ROOKERY_EXPORT Result<std::vector<BackupInfo>> ListBackups(const std::filesystem::path& set);

/// Proves a backup, and remembers in the set that it did; if it fails by what is in the set, that it is not verified
/// any more, nor is any other backup that has the damaged file. Needs room for its log in the set, not for its tables,
/// if the file system has hard links. kNotFound: there is no such backup, or it holds not a single row, so that nothing
/// can be proved. kCorruption, naming the file or the shard: it is damaged, or what was counted is not what the store
/// had. kPermission, naming the key: it is encrypted with one that was not given. kInvalidArgument: keys were given,
/// and it is not encrypted.
ROOKERY_EXPORT Result<BackupProof> VerifyBackup(const std::filesystem::path& set,
                                                const VerifyBackupOptions& options = {});

/// Makes a store of a backup, whole and checked byte by byte, or nothing. Its cells are in cells/NAME below it. A
/// directory that is there keeps its owner and mode, and is filled; else the store is made beside. kAlreadyExists:
/// `destination` is neither missing nor an empty directory. kInvalidArgument: it is inside of a store or of a backup
/// set. kNoSpace: its disk has too little room. kNotFound, kCorruption, kPermission: as VerifyBackup.
ROOKERY_EXPORT Result<RestoreReport> RestoreBackup(const std::filesystem::path& set,
                                                   const std::filesystem::path& destination,
                                                   const RestoreOptions& options = {});

/// Removes backups that neither rule keeps, and files that no backup has any more. Of each cell the newest backup that
/// has it always stays, and so does the newest of these that was verified. kInvalidArgument: there is no rule.
/// kCorruption: a backup cannot be understood, so nobody knows what files it needs; nothing is removed.
ROOKERY_EXPORT Result<PruneReport> PruneBackups(const std::filesystem::path& set, const PruneOptions& options);

}  // namespace rookery
