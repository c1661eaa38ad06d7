#include "assembly/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>

#include "assembly/system_error.h"

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

}  // namespace

Result<LockFile> LockFile::Acquire(const std::filesystem::path& path, Mode mode) {
  const bool exclusive = mode == Mode::kExclusive;
  int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  // A reader may not be allowed to write to the store: the lock works on a file opened for reading as well.
  if (descriptor < 0 && !exclusive) descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return SystemError(errno, "cannot open the lock file", path);
  LockFile lock(descriptor);
  if (::flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError(errno, "cannot lock", path);
    return Status(StatusCode::kLocked, path.parent_path().string() + " is open in " + ReadHolder(descriptor) +
                                           (exclusive ? "; close it there, or open it read-only when no one writes"
                                                      : " for writing; close it there"));
  }
  // Several readers overwrite each other's names: one of them is as good as another for who wants to write.
  const std::string holder = Holder() + (exclusive ? "\n" : ", reading\n");
  const bool signed_ok = ::ftruncate(descriptor, 0) == 0 &&
                         ::pwrite(descriptor, holder.data(), holder.size(), 0) == static_cast<ssize_t>(holder.size());
  if (exclusive && !signed_ok) return SystemError(errno, "cannot write the lock file", path);
  return lock;
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace rookery::assembly
