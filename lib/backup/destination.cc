#include "backup/destination.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <vector>

#include "assembly/store_directory.h"
#include "assembly/system_error.h"
#include "backup/files.h"
#include "base/macros.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;
using assembly::LockFile;
using assembly::SystemError;

Status Taken(const fs::path& path) {
  return {StatusCode::kAlreadyExists, path.string() +
                                          " is not an empty directory, and a restore never overwrites; choose another "
                                          "path"};
}

/// As the system finds it: `..` after a link is above what the link leads to.
Result<fs::path> Resolve(const fs::path& path) {
  std::error_code error;
  fs::path full = fs::absolute(path, error);
  if (error) return SystemError(error.value(), "cannot look at", path);
  if (!full.has_filename() && full.has_relative_path()) full = full.parent_path();  // a slash at its end
  const fs::path name = full.filename();
  const bool is_name = !name.empty() && name != "." && name != "..";
  const fs::path found = fs::canonical(is_name ? full.parent_path() : full, error);
  if (error) return SystemError(error.value(), "cannot find the directory for", path);
  return is_name ? found / name : found;
}

/// Whether a directory is there; else nothing is.
Result<bool> IsDirectory(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return true;
    return Taken(path);
  }
  if (errno == ENOENT) return false;
  return SystemError(errno, "cannot look at", path);
}

/// What a store that was made may have beside its identity.
bool IsOfAStore(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames{"cell-0000", "cells", "lock", "stats", "witness"};
  return std::ranges::find(kNames, name) != kNames.end();
}

Status RenameToNew(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  std::error_code error;
  const bool lacks_flag = (errno == EINVAL || errno == ENOSYS) && !fs::exists(fs::symlink_status(to, error));
  if (lacks_flag && ::rename(from.c_str(), to.c_str()) == 0) return {};
  if (errno == EEXIST || errno == ENOTEMPTY) return Taken(to);
  return SystemError(errno, "cannot rename " + from.string() + " to", to);
}

fs::path Beside(fs::path path) { return path += ".restoring"; }

}  // namespace

Destination::Destination(fs::path path, bool within)
    : path_(std::move(path)), within_(within), work_(within ? path_ : Beside(path_)) {}

Result<std::unique_ptr<Destination>> Destination::Begin(const fs::path& path) {
  RK_ASSIGN_OR_RETURN(const fs::path full, Resolve(path));
  RK_ASSIGN_OR_RETURN(const bool within, IsDirectory(full));
  std::unique_ptr<Destination> destination(new Destination(full, within));
  if (within) RK_TRY(destination->CheckIsFree());
  RK_TRY(CheckOutside(full));
  RK_TRY(destination->Claim());
  return destination;
}

Destination::~Destination() {
  if (!lock_) return;
  static_cast<void>(RemoveLeftovers());
  static_cast<void>(RemoveAll(mark()));
  if (within_) return;
  std::error_code ignored;
  fs::remove(work_, ignored);
}

Status Destination::CheckIsFree() const {
  std::error_code error;
  if (fs::is_regular_file(fs::symlink_status(mark(), error))) return {};
  const bool empty = fs::is_empty(work_, error);
  if (error) return SystemError(error.value(), "cannot read", work_);
  return empty ? Status() : Taken(work_);
}

Status Destination::Claim() {
  if (!within_) {
    Status made = MakeDirectory(work_);
    if (made.code() == StatusCode::kAlreadyExists) {
      RK_ASSIGN_OR_RETURN(const bool is_directory, IsDirectory(work_));
      if (is_directory) made = Status();
    }
    RK_TRY(made);
  }
  RK_TRY(CheckIsFree());
  RK_ASSIGN_OR_RETURN(LockFile lock, LockFile::Acquire(mark(), LockFile::Mode::kExclusive));
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(work_));
  for (const std::string& name : names) {
    const bool ours = name == mark().filename() || name == store().filename() || (within_ && IsOfAStore(name));
    if (!ours) return Taken(work_);
  }
  lock_ = std::move(lock);
  return RemoveLeftovers();
}

Status Destination::RemoveLeftovers() const {
  RK_TRY(RemoveAll(store()));
  std::error_code error;
  if (!within_ || fs::exists(assembly::StoreDirectory(path_).identity_path(), error)) return {};
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path_));
  for (const std::string& name : names) {
    if (IsOfAStore(name)) RK_TRY(RemoveAll(path_ / name));
  }
  return {};
}

Status Destination::CheckRoom(std::uint64_t bytes) const {
  std::error_code error;
  const fs::space_info space = fs::space(work_, error);
  if (error) return SystemError(error.value(), "cannot look at the disk of", work_);
  if (bytes <= space.available) return {};
  return {StatusCode::kNoSpace, "the backup has " + std::to_string(bytes) + " bytes, and the disk of " +
                                    path_.string() + " has " + std::to_string(space.available) +
                                    " left; make room, or choose another path"};
}

Status Destination::Finish() { return within_ ? MoveUp() : Rename(); }

Status Destination::Rename() {
  RK_TRY(RenameToNew(store(), path_));
  return SyncDirectory(path_.parent_path());
}

Status Destination::MoveUp() {
  const std::string identity = assembly::StoreDirectory(store()).identity_path().filename();
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(store()));
  for (const std::string& name : names) {
    if (name != identity) RK_TRY(MoveUp(name));
  }
  RK_TRY(SyncDirectory(path_));
  RK_TRY(MoveUp(identity));
  return SyncDirectory(path_);
}

Status Destination::MoveUp(const std::string& name) const { return RenameToNew(store() / name, path_ / name); }

}  // namespace rookery::backup
