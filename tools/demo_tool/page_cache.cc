#include "page_cache.h"

#include <fcntl.h>
#include <unistd.h>

namespace rookery::demo {
namespace {

bool DropFile(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  // Only what is on disk can be dropped.
  const bool dropped = ::fsync(file) == 0 && ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
  ::close(file);
  return dropped;
}

}  // namespace

bool DropFromPageCache(const std::filesystem::path& directory) {
  std::error_code error;
  bool dropped = true;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
    if (entry.is_regular_file(error)) dropped = DropFile(entry.path()) && dropped;
  }
  return dropped && !error;
}

}  // namespace rookery::demo
