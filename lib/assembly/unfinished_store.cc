#include "assembly/unfinished_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "assembly/names_in.h"
#include "assembly/replace_file.h"
#include "assembly/store_directory.h"
#include "assembly/system_error.h"
#include "base/file_reader.h"
#include "base/macros.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

Status RemoveAll(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  return error ? SystemError(error.value(), "cannot remove", path) : Status();
}

bool IsFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error));
}

/// Whether a store is in this directory. A directory or a letter may have the name of its identity, too.
bool IsStore(const fs::path& directory) {
  const fs::path identity = StoreDirectory(directory).identity_path();
  if (!IsFile(identity)) return false;
  const auto text = base::ReadSmallFile(identity, kIdentityTitle.size());
  // One that cannot be read, or is damaged beside an engine's files, is one all the same.
  std::error_code error;
  return !text || *text == kIdentityTitle || fs::is_directory(StoreDirectory(directory).engine_path(), error);
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

/// What a store that was made may have beside its identity.
bool IsOfAStore(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames{"cell-0000", "cells", "lock", "stats", "witness"};
  return std::ranges::find(kNames, name) != kNames.end();
}

fs::path With(fs::path path, std::string_view suffix) { return path += suffix; }

}  // namespace

Status CheckOutside(const fs::path& path) {
  std::error_code error;
  const fs::path full = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) return SystemError(error.value(), "cannot look at", path);
  for (fs::path above = full;; above = above.parent_path()) {
    const bool in_store = IsStore(above);
    const bool in_set = IsFile(above / kBackupSetFile);
    if (in_store || in_set) {
      return {StatusCode::kInvalidArgument, path.string() + " is in " + above.string() + ", which is a " +
                                                (in_store ? "store" : "backup set") + "; choose a path outside of it"};
    }
    if (above == above.parent_path()) return {};
  }
}

UnfinishedStore::UnfinishedStore(fs::path path, const Work& work, bool within)
    : path_(std::move(path)), work_(work), within_(within), directory_(within ? path_ : With(path_, work.suffix)) {}

Result<std::unique_ptr<UnfinishedStore>> UnfinishedStore::Begin(const fs::path& path, const Work& work) {
  RK_ASSIGN_OR_RETURN(const fs::path full, Resolve(path));
  std::error_code error;
  const bool within = fs::is_directory(fs::symlink_status(full, error));
  std::unique_ptr<UnfinishedStore> store(new UnfinishedStore(full, work, within));
  RK_TRY(store->IsDirectory(full).status());
  if (within) RK_TRY(store->CheckIsFree());
  RK_TRY(CheckOutside(full));
  RK_TRY(store->Claim());
  return store;
}

UnfinishedStore::~UnfinishedStore() {
  if (!lock_) return;
  static_cast<void>(RemoveLeftovers());
  static_cast<void>(RemoveAll(mark()));
  if (within_) return;
  std::error_code ignored;
  fs::remove(directory_, ignored);
}

Status UnfinishedStore::Taken(const fs::path& path) const {
  return {StatusCode::kAlreadyExists, path.string() + " is not an empty directory, and " + std::string(work_.name) +
                                          " never overwrites; choose another path"};
}

Result<bool> UnfinishedStore::IsDirectory(const fs::path& path) const {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return true;
    return Taken(path);
  }
  if (errno == ENOENT) return false;
  return SystemError(errno, "cannot look at", path);
}

Status UnfinishedStore::CheckIsFree() const {
  if (IsFile(mark())) return {};
  std::error_code error;
  const bool empty = fs::is_empty(directory_, error);
  if (error) return SystemError(error.value(), "cannot read", directory_);
  return empty ? Status() : Taken(directory_);
}

Status UnfinishedStore::Claim() {
  if (!within_ && ::mkdir(directory_.c_str(), S_IRWXU) != 0) {
    if (errno != EEXIST) return SystemError(errno, "cannot create the directory", directory_);
    RK_TRY(IsDirectory(directory_).status());
  }
  RK_TRY(CheckIsFree());
  RK_ASSIGN_OR_RETURN(LockFile lock, LockFile::Acquire(mark(), LockFile::Mode::kExclusive));
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(directory_));
  for (const std::string& name : names) {
    const bool ours = name == mark().filename() || name == store().filename() || name == scratch().filename() ||
                      (within_ && IsOfAStore(name));
    if (!ours) return Taken(directory_);
  }
  lock_ = std::move(lock);
  return RemoveLeftovers();
}

Status UnfinishedStore::RemoveLeftovers() const {
  RK_TRY(RemoveAll(scratch()));
  RK_TRY(RemoveAll(store()));
  std::error_code error;
  if (!within_ || fs::exists(StoreDirectory(path_).identity_path(), error)) return {};
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path_));
  for (const std::string& name : names) {
    if (IsOfAStore(name)) RK_TRY(RemoveAll(path_ / name));
  }
  return {};
}

Status UnfinishedStore::CheckRoom(std::uint64_t bytes) const {
  std::error_code error;
  const fs::space_info space = fs::space(directory_, error);
  if (error) return SystemError(error.value(), "cannot look at the disk of", directory_);
  if (bytes <= space.available) return {};
  return {StatusCode::kNoSpace, "the backup has " + std::to_string(bytes) + " bytes, and the disk of " +
                                    path_.string() + " has " + std::to_string(space.available) +
                                    " left; make room, or choose another path"};
}

Status UnfinishedStore::Finish() {
  if (within_) return MoveUp();
  RK_TRY(RenameToNew(store(), path_));
  return SyncPath(path_.parent_path(), O_RDONLY | O_DIRECTORY);
}

Status UnfinishedStore::RenameToNew(const fs::path& from, const fs::path& to) const {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  std::error_code error;
  const bool lacks_flag = (errno == EINVAL || errno == ENOSYS) && !fs::exists(fs::symlink_status(to, error));
  if (lacks_flag && ::rename(from.c_str(), to.c_str()) == 0) return {};
  if (errno == EEXIST || errno == ENOTEMPTY) return Taken(to);
  return SystemError(errno, "cannot rename " + from.string() + " to", to);
}

Status UnfinishedStore::MoveUp() {
  const std::string identity = StoreDirectory(store()).identity_path().filename();
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(store()));
  for (const std::string& name : names) {
    if (name != identity) RK_TRY(RenameToNew(store() / name, path_ / name));
  }
  RK_TRY(SyncPath(path_, O_RDONLY | O_DIRECTORY));
  RK_TRY(RenameToNew(store() / identity, path_ / identity));
  return SyncPath(path_, O_RDONLY | O_DIRECTORY);
}

}  // namespace rookery::assembly
