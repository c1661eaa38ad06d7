#include "backup/set_directory.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <set>
#include <utility>

#include "assembly/replace_file.h"
#include "assembly/store_directory.h"
#include "assembly/system_error.h"
#include "assembly/unfinished_store.h"
#include "backup/scratch.h"
#include "base/macros.h"
#include "codec/checksum.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;
using assembly::LockFile;
using assembly::SystemError;

constexpr std::string_view kIdentityText = "rookery backup set\nformat 1\nstore ";
constexpr std::size_t kIdDigits = 32;
constexpr std::string_view kPart = ".part";
constexpr const char* kFiles = "files";
constexpr const char* kBackups = "backups";

fs::path IdentityPath(const fs::path& set) { return set / assembly::kBackupSetFile; }

/// Whether a set is there. kPermission: nobody may tell.
Result<bool> IsSet(const fs::path& set) {
  const fs::path path = IdentityPath(set);
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return SystemError(errno, "cannot look at", path);
}

/// The lock is written to when it is taken: whoever has put a link there is not to choose what is written over.
Result<LockFile> Lock(const fs::path& set, LockFile::Mode mode) {
  const fs::path path = set / "lock";
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return Status(StatusCode::kCorruption, path.string() + " is a link, or not a file; remove it");
  }
  return LockFile::Acquire(path, mode);
}

/// Durably, also where a link has the name.
Status Replace(const fs::path& path, std::string_view text) {
  const fs::path draft = assembly::DraftOf(path);
  RK_TRY(RemoveAll(draft));
  RK_TRY(WriteNew(draft, text));
  std::error_code error;
  fs::rename(draft, path, error);
  return error ? SystemError(error.value(), "cannot rename", draft) : SyncDirectory(path.parent_path());
}

Result<std::string> ReadIdentity(const fs::path& set) {
  constexpr std::size_t kMaxBytes = 4096;
  const fs::path path = IdentityPath(set);
  RK_ASSIGN_OR_RETURN(const std::string text, ReadSmall(path, kMaxBytes));
  const bool fits = text.starts_with(kIdentityText) && text.size() == kIdentityText.size() + kIdDigits + 1;
  if (!fits) {
    return Status(StatusCode::kCorruption, path.string() + " cannot be understood; put the file back from a copy");
  }
  return text.substr(kIdentityText.size(), kIdDigits);
}

/// Whether a set may be made there: nothing is there but what making one leaves that was cut short.
Status CheckMayMake(const fs::path& path) {
  RK_TRY(assembly::CheckOutside(path));
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path));
  const fs::path draft = assembly::DraftOf(IdentityPath(path)).filename();
  for (const std::string& name : names) {
    if (name == "lock" || name == draft) continue;
    const bool ours = name == kFiles || name == kBackups;
    if (ours && fs::is_directory(fs::symlink_status(path / name, error)) && fs::is_empty(path / name, error)) continue;
    return {StatusCode::kAlreadyExists,
            path.string() + " is not a backup set, and not an empty directory; choose another path"};
  }
  return {};
}

Status MakeIfMissing(const fs::path& path) {
  Status made = MakeDirectory(path);
  return made.code() == StatusCode::kAlreadyExists ? CheckIsDirectory(path) : made;
}

fs::path VerifiedPath(const fs::path& backup) { return backup / "verified"; }
fs::path FailedPath(const fs::path& backup) { return backup / "failed"; }

/// Whether it is the name of a draft of what has a name of that kind.
bool IsPartOf(std::string_view name, bool (*is_whole)(std::string_view name)) {
  return name.ends_with(kPart) && is_whole(name.substr(0, name.size() - kPart.size()));
}

}  // namespace

Result<SetDirectory> SetDirectory::Open(const fs::path& path, Access access) {
  RK_ASSIGN_OR_RETURN(const bool there, IsSet(path));
  if (!there) {
    return Status(StatusCode::kNotFound,
                  "there is no backup set at " + path.string() + "; check the path, or create a backup there first");
  }
  RK_ASSIGN_OR_RETURN(LockFile lock,
                      Lock(path, access == Access::kChange ? LockFile::Mode::kExclusive : LockFile::Mode::kShared));
  RK_ASSIGN_OR_RETURN(std::string store_id, ReadIdentity(path));
  SetDirectory set(path, std::move(lock), std::move(store_id));
  RK_TRY(CheckIsDirectory(set.backups_path()));
  RK_TRY(CheckIsDirectory(set.files_path()));
  return set;
}

Result<SetDirectory> SetDirectory::OpenOrMake(const fs::path& path, std::string_view store_id) {
  RK_ASSIGN_OR_RETURN(const bool there, IsSet(path));
  if (!there) {
    RK_TRY(CheckMayMake(path));
    RK_TRY(MakeIfMissing(path));
  }
  RK_ASSIGN_OR_RETURN(LockFile lock, Lock(path, LockFile::Mode::kExclusive));
  RK_ASSIGN_OR_RETURN(const bool made_meanwhile, IsSet(path));
  if (!made_meanwhile) {
    RK_TRY(MakeIfMissing(path / kFiles));
    RK_TRY(MakeIfMissing(path / kBackups));
    // Also of one that a call made that was cut short.
    RK_TRY(assembly::StoreDirectory(path).SyncName());
    // Last, so that a set is there as a whole or not at all.
    const std::string text = std::string(kIdentityText) + std::string(store_id) + "\n";
    RK_TRY(Replace(IdentityPath(path), text));
  }
  RK_ASSIGN_OR_RETURN(std::string owner, ReadIdentity(path));
  if (owner != store_id) {
    return Status(StatusCode::kConflict, path.string() + " has the backups of store " + owner + ", and this is store " +
                                             std::string(store_id) + "; choose another path");
  }
  SetDirectory set(path, std::move(lock), std::move(owner));
  RK_TRY(MakeIfMissing(set.files_path()));
  RK_TRY(MakeIfMissing(set.backups_path()));
  return set;
}

fs::path SetDirectory::PathOf(std::string_view backup, std::string_view cell, const ManifestFile& file) const {
  return file.shared ? files_path() / SharedName(file) : PathOf(backup) / cell / file.name;
}

Result<std::vector<std::string>> SetDirectory::Names() const {
  RK_ASSIGN_OR_RETURN(std::vector<std::string> names, NamesIn(backups_path()));
  std::erase_if(names, [](const std::string& name) { return !IsBackupName(name); });
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::pair(NumberOfBackup(a), a) < std::pair(NumberOfBackup(b), b);
  });
  return names;
}

Result<std::string> SetDirectory::Choose(const std::string& backup) const {
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, Names());
  if (names.empty()) {
    return Status(StatusCode::kNotFound, "the backup set " + path_.string() + " has no backup; create one");
  }
  if (backup.empty()) return names.back();
  if (std::find(names.begin(), names.end(), backup) != names.end()) return backup;
  return Status(StatusCode::kNotFound,
                "the backup set " + path_.string() + " has no backup " + backup + "; its newest is " + names.back());
}

Result<StoredManifest> SetDirectory::Read(const std::string& backup) const {
  RK_TRY(CheckIsDirectory(PathOf(backup)));
  const fs::path path = ManifestPath(backup);
  RK_ASSIGN_OR_RETURN(const std::string text, ReadSmall(path, kMaxManifestBytes));
  Result<Manifest> manifest = DecodeManifest(text);
  if (!manifest) return Status(manifest.error().code(), path.string() + " " + std::string(manifest.error().message()));
  if (manifest->name != backup || manifest->store_id != store_id_) {
    return Status(StatusCode::kCorruption, path.string() + " is of backup " + manifest->name + " of store " +
                                               manifest->store_id + ", and is not where it belongs");
  }
  return StoredManifest{*std::move(manifest), codec::ChecksumOf(text)};
}

Status SetDirectory::CheckDirectories(const Manifest& manifest) const {
  for (const ManifestCell& cell : manifest.cells) {
    RK_TRY(CheckIsDirectory(PathOf(manifest.name) / cell.cell.name));
  }
  return {};
}

std::optional<Timestamp> SetDirectory::VerifiedAt(const std::string& backup, const Checksum128& manifest) const {
  constexpr std::size_t kMaxBytes = 256;
  const auto text = ReadSmall(VerifiedPath(PathOf(backup)), kMaxBytes);
  if (!text) return std::nullopt;
  std::int64_t time = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), time);
  const std::string_view rest(end, static_cast<std::size_t>(text->data() + text->size() - end));
  if (error != std::errc{} || rest != " " + manifest.ToHex() + "\n") return std::nullopt;
  return Timestamp{std::chrono::milliseconds{time}};
}

Status SetDirectory::MarkVerified(const std::string& backup, const Checksum128& manifest, Timestamp when) const {
  const std::string text = std::to_string(when.time_since_epoch().count()) + " " + manifest.ToHex() + "\n";
  RK_TRY(Replace(VerifiedPath(PathOf(backup)), text));
  std::error_code ignored;
  fs::remove(FailedPath(PathOf(backup)), ignored);
  return {};
}

void SetDirectory::UnmarkVerified(const std::string& backup) const {
  std::error_code ignored;
  fs::remove(VerifiedPath(PathOf(backup)), ignored);
  static_cast<void>(Replace(FailedPath(PathOf(backup)), ""));
}

void SetDirectory::UnmarkSharing(const ManifestFile& file) const {
  const auto names = Names();
  if (!names || !file.shared) return;
  for (const std::string& name : *names) {
    const auto stored = Read(name);
    const bool shares = stored && std::ranges::any_of(stored->manifest.cells, [&](const ManifestCell& cell) {
                          return std::ranges::find(cell.files, file) != cell.files.end();
                        });
    if (shares) UnmarkVerified(name);
  }
}

bool SetDirectory::HasFailed(const std::string& backup) const {
  std::error_code error;
  return fs::exists(fs::symlink_status(FailedPath(PathOf(backup)), error));
}

Status SetDirectory::RemoveParts() const {
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> in_set, NamesIn(path_));
  for (const std::string& name : in_set) {
    if (Scratch::IsOne(path_ / name)) RK_TRY(Scratch::Remove(path_ / name));
  }
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> backups, NamesIn(backups_path()));
  for (const std::string& name : backups) {
    if (IsPartOf(name, IsBackupName)) RK_TRY(RemoveAll(backups_path() / name));
  }
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> files, NamesIn(files_path()));
  for (const std::string& name : files) {
    if (IsPartOf(name, NeverChanges)) RK_TRY(RemoveAll(files_path() / name));
  }
  return {};
}

Result<std::vector<std::string>> SetDirectory::UnknownNames() const {
  RK_ASSIGN_OR_RETURN(std::vector<std::string> names, NamesIn(backups_path()));
  std::erase_if(names, [&](const std::string& name) {
    std::error_code error;
    const bool is_file = fs::is_regular_file(fs::symlink_status(backups_path() / name, error));
    return is_file || IsBackupName(name) || IsPartOf(name, IsBackupName);
  });
  return names;
}

Result<SetDirectory::Removed> SetDirectory::RemoveUnused(const std::vector<Manifest>& backups, bool dry_run) const {
  std::set<std::string> used;
  for (const Manifest& manifest : backups) {
    for (const ManifestCell& cell : manifest.cells) {
      for (const ManifestFile& file : cell.files) {
        if (file.shared) used.insert(SharedName(file));
      }
    }
  }
  Removed removed;
  RK_ASSIGN_OR_RETURN(removed.because_of, UnknownNames());
  if (!removed.because_of.empty()) return removed;
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(files_path()));
  for (const std::string& name : names) {
    if (used.contains(name) || !IsSharedName(name)) continue;
    struct stat status {};
    if (::lstat((files_path() / name).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    ++removed.files;
    removed.bytes += static_cast<std::uint64_t>(status.st_size);
    if (!dry_run) RK_TRY(RemoveAll(files_path() / name));
  }
  if (!dry_run) RK_TRY(SyncDirectory(files_path()));
  return removed;
}

Result<std::vector<Manifest>> SetDirectory::ReadAll() const {
  std::vector<Manifest> manifests;
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, Names());
  for (const std::string& name : names) {
    RK_ASSIGN_OR_RETURN(StoredManifest stored, Read(name));
    manifests.push_back(std::move(stored.manifest));
  }
  return manifests;
}

}  // namespace rookery::backup
