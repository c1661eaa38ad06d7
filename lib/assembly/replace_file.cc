#include "assembly/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "assembly/system_error.h"
#include "base/macros.h"
#include "base/write_all.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

Status WriteFile(const fs::path& path, std::string_view text, FileSync sync) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemError(errno, "cannot create", path);
  const bool written = base::WriteAll(descriptor, text) && (sync == FileSync::kNo || ::fsync(descriptor) == 0);
  const int error = errno;
  ::close(descriptor);
  return written ? Status{} : SystemError(error, "cannot write", path);
}

}  // namespace

Status SyncPath(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return SystemError(errno, "cannot open", path);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  return result == 0 ? Status{} : SystemError(error, "cannot sync", path);
}

Status MakeDirectory(const fs::path& path) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return SystemError(errno, "cannot create the directory", path);
  }
  return SyncPath(path.parent_path(), O_RDONLY | O_DIRECTORY);
}

fs::path DraftOf(const fs::path& path) {
  fs::path draft = path;
  return draft += ".new";
}

Status ReplaceFile(const fs::path& path, std::string_view text, FileSync sync) {
  const fs::path draft = DraftOf(path);
  RK_TRY(WriteFile(draft, text, sync));
  if (::rename(draft.c_str(), path.c_str()) != 0) return SystemError(errno, "cannot rename", draft);
  return sync == FileSync::kYes ? SyncPath(path.parent_path(), O_RDONLY | O_DIRECTORY) : Status{};
}

}  // namespace rookery::assembly
