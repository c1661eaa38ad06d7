#include "assembly/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>

#include "assembly/system_error.h"
#include "base/macros.h"
#include "base/write_all.h"

namespace rookery::assembly {
namespace {

std::string ProcessName() {
  std::ifstream file("/proc/self/comm");
  std::string name;
  std::getline(file, name);
  return name.empty() ? "unknown" : name;
}

std::string HostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// "process 4711 (chatd) on host alpha". Read by those who find the store locked.
std::string Holder() {
  return "process " + std::to_string(::getpid()) + " (" + ProcessName() + ") on host " + HostName();
}

std::string ReadHolder(int descriptor) {
  std::array<char, 512> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  if (size <= 0) return "another process";
  std::string holder(text.data(), static_cast<std::size_t>(size));
  return holder.substr(0, holder.find('\n'));
}

/// True if the open file is the one that has this name.
bool IsFileAt(const std::filesystem::path& path, int descriptor) {
  struct stat open_file {};
  struct stat named_file {};
  return ::fstat(descriptor, &open_file) == 0 && ::stat(path.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

}  // namespace

Result<LockFile> LockFile::OpenFile(const std::filesystem::path& path, Mode mode) {
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) return LockFile(made, true);
  int found = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  // A reader may not be allowed to write to the store: the lock works on a file opened for reading as well.
  if (found < 0 && mode == Mode::kShared) found = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (found < 0) return SystemError(errno, "cannot open the lock file", path);
  return LockFile(found, false);
}

Result<LockFile> LockFile::Acquire(const std::filesystem::path& path, Mode mode) {
  const bool exclusive = mode == Mode::kExclusive;
  RK_ASSIGN_OR_RETURN(LockFile lock, OpenFile(path, mode));
  const int descriptor = lock.descriptor_;
  if (::flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError(errno, "cannot lock", path);
    return Status(StatusCode::kLocked, path.parent_path().string() + " is open in " + ReadHolder(descriptor) +
                                           (exclusive ? "; close it there, or open it read-only when no one writes"
                                                      : " for writing; close it there"));
  }
  // Whoever gives up a creation removes the file: a lock on what is gone would keep nobody out.
  if (!IsFileAt(path, descriptor)) {
    return Status(StatusCode::kLocked, path.string() + " was removed by another process just now; try again");
  }
  // Several readers overwrite each other's names: one of them is as good as another for who wants to write.
  const std::string holder = Holder() + (exclusive ? "\n" : ", reading\n");
  const bool signed_ok = ::ftruncate(descriptor, 0) == 0 && base::WriteAllAt(descriptor, holder, 0);
  if (exclusive && !signed_ok) return SystemError(errno, "cannot write the lock file", path);
  return lock;
}

Result<LockFile> LockFile::Watch(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0 && errno == ENOENT) return Status(StatusCode::kNotFound, path.string() + " is not there");
  if (descriptor < 0) return SystemError(errno, "cannot open the lock file", path);
  LockFile lock(descriptor, false);
  if (::flock(descriptor, LOCK_SH | LOCK_NB) == 0) {
    if (IsFileAt(path, descriptor)) return lock;
    return Status(StatusCode::kNotFound, path.string() + " was removed by another process just now");
  }
  if (errno != EWOULDBLOCK) return SystemError(errno, "cannot lock", path);
  return Status(StatusCode::kLocked,
                path.parent_path().string() + " is open in " + ReadHolder(descriptor) + " for writing; close it there");
}

LockFile::~LockFile() {
  if (descriptor_ < 0) return;
  // Closing alone would leave the lock to a child that was forked meanwhile, for as long as it lives.
  if (owner_ == ::getpid()) ::flock(descriptor_, LOCK_UN);
  ::close(descriptor_);
}

}  // namespace rookery::assembly
