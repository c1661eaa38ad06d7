#include "tests/support/disk_calls.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <thread>

namespace rookery::testing {
namespace {

using Kind = DiskCall::Kind;

std::atomic<DiskWatch*> watcher{nullptr};
std::atomic<int> under_way{0};
std::string root;       // NOLINT(cert-err58-cpp); set while nobody watches
std::string boot_file;  // NOLINT(cert-err58-cpp)
std::atomic<bool> boot_pretended{false};
thread_local bool inside = false;

template <typename Call>
Call* SystemsOwn(const char* name) {
  return reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, name));
}

std::string PathOf(int descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return size < 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(size));
}

bool BelowRoot(const std::string& path) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

/// Holds the watch while it is asked.
class Visit {
 public:
  Visit() {
    if (inside || watcher.load(std::memory_order_acquire) == nullptr) return;
    ++under_way;
    watch_ = watcher.load();
    inside = watch_ != nullptr;
    if (watch_ == nullptr) --under_way;
  }
  ~Visit() {
    if (watch_ == nullptr) return;
    inside = false;
    const int error = errno;
    --under_way;
    errno = error;
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  DiskWatch* watch() const { return watch_; }

 private:
  DiskWatch* watch_ = nullptr;
};

/// `call` has its path, or a descriptor by which to find it.
template <typename Go>
std::intptr_t Tell(DiskCall call, const Go& go) {
  const Visit visit;
  if (visit.watch() == nullptr) return go();
  if (call.path.empty() && call.descriptor >= 0) call.path = PathOf(call.descriptor);
  if (!BelowRoot(call.path.native())) return go();
  return visit.watch()->Run(call, go);
}

}  // namespace

std::string_view NameOf(Kind kind) {
  constexpr std::array<std::string_view, DiskCall::kKinds> kNames{
      "open", "create", "read", "write", "resize", "sync", "rename", "remove", "mkdir", "link", "map"};
  return kNames.at(static_cast<std::size_t>(kind));
}

DiskCalls::DiskCalls(const std::filesystem::path& directory, DiskWatch* watch) {
  root = std::filesystem::canonical(directory).native();
  watcher = watch;
}

DiskCalls::~DiskCalls() {
  watcher = nullptr;
  while (under_way.load() > 0) std::this_thread::yield();
}

PretendedBoot::PretendedBoot(const std::filesystem::path& file) {
  boot_file = file.native();
  boot_pretended = true;
}

PretendedBoot::~PretendedBoot() { boot_pretended = false; }

namespace {

int Open(const char* path, int flags, mode_t mode) {
  static auto* own = SystemsOwn<int(const char*, int, ...)>("open");
  const bool changes = (flags & (O_CREAT | O_TRUNC)) != 0;
  return static_cast<int>(
      Tell({.kind = changes ? Kind::kCreate : Kind::kOpen, .path = path, .empties = (flags & O_TRUNC) != 0},
           [&] { return own(path, flags, mode); }));
}

FILE* OpenStream(const char* path, const char* mode) {
  static auto* own = SystemsOwn<FILE*(const char*, const char*)>("fopen");
  const bool boot = boot_pretended && std::strcmp(path, "/proc/sys/kernel/random/boot_id") == 0;
  if (boot) return own(boot_file.c_str(), mode);
  const bool changes = std::strchr(mode, 'r') == nullptr;
  FILE* stream = nullptr;
  Tell({.kind = changes ? Kind::kCreate : Kind::kOpen, .path = path, .empties = std::strchr(mode, 'w') != nullptr},
       [&] { return (stream = own(path, mode)) == nullptr ? -1 : 0; });
  return stream;
}

ssize_t WriteAt(int descriptor, const void* bytes, std::size_t size, off_t offset) {
  static auto* own = SystemsOwn<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return Tell({.kind = Kind::kWrite,
               .descriptor = descriptor,
               .offset = static_cast<std::uint64_t>(offset),
               .bytes = bytes,
               .size = size},
              [&] { return own(descriptor, bytes, size, offset); });
}

ssize_t ReadAt(int descriptor, void* bytes, std::size_t size, off_t offset) {
  static auto* own = SystemsOwn<ssize_t(int, void*, std::size_t, off_t)>("pread");
  return Tell({.kind = Kind::kRead, .descriptor = descriptor, .size = size},
              [&] { return own(descriptor, bytes, size, offset); });
}

/// Without an error and without the end of the file the stream says that reading failed.
std::size_t ReadStream(void* bytes, std::size_t size, std::size_t count, FILE* stream) {
  static auto* own = SystemsOwn<std::size_t(void*, std::size_t, std::size_t, FILE*)>("fread_unlocked");
  std::size_t read = 0;
  const DiskCall call{.kind = Kind::kRead, .descriptor = ::fileno(stream), .size = size * count};
  Tell(call, [&] { return static_cast<std::intptr_t>(read = own(bytes, size, count, stream)); });
  return read;
}

void* Map(void* where, std::size_t size, int protection, int flags, int descriptor, off_t offset) {
  static auto* own = SystemsOwn<void*(void*, std::size_t, int, int, int, off_t)>("mmap");
  const bool writes = descriptor >= 0 && (flags & MAP_SHARED) != 0 && (protection & PROT_WRITE) != 0;
  if (!writes) return own(where, size, protection, flags, descriptor, offset);
  return reinterpret_cast<void*>(Tell({.kind = Kind::kMap, .descriptor = descriptor, .size = size}, [&] {
    return reinterpret_cast<std::intptr_t>(own(where, size, protection, flags, descriptor, offset));
  }));
}

int Truncate(int descriptor, off_t size) {
  static auto* own = SystemsOwn<int(int, off_t)>("ftruncate");
  struct stat now {};
  const bool shrinks = ::fstat(descriptor, &now) == 0 && size < now.st_size;
  return static_cast<int>(Tell({.kind = Kind::kResize, .descriptor = descriptor, .empties = shrinks},
                               [&] { return own(descriptor, size); }));
}

int Reserve(int descriptor, off_t offset, off_t size) {
  static auto* own = SystemsOwn<int(int, off_t, off_t)>("posix_fallocate");
  // Its result is the error.
  int error = 0;
  const auto result = Tell({.kind = Kind::kResize, .descriptor = descriptor}, [&] {
    error = own(descriptor, offset, size);
    errno = error;
    return error == 0 ? 0 : -1;
  });
  return result == 0 ? 0 : errno;
}

int Allocate(int descriptor, int mode, off_t offset, off_t size) {
  static auto* own = SystemsOwn<int(int, int, off_t, off_t)>("fallocate");
  return static_cast<int>(
      Tell({.kind = Kind::kResize, .descriptor = descriptor}, [&] { return own(descriptor, mode, offset, size); }));
}

}  // namespace
}  // namespace rookery::testing

// NOLINTBEGIN(readability-identifier-naming, cert-dcl50-cpp): the names are the system's.
using rookery::testing::DiskCall;
using rookery::testing::SystemsOwn;
using rookery::testing::Tell;

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return rookery::testing::Open(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return rookery::testing::Open(path, flags, mode);
}
FILE* fopen(const char* path, const char* mode) { return rookery::testing::OpenStream(path, mode); }
FILE* fopen64(const char* path, const char* mode) { return rookery::testing::OpenStream(path, mode); }

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static auto* own = SystemsOwn<ssize_t(int, const void*, size_t)>("write");
  return Tell({.kind = DiskCall::Kind::kWrite, .descriptor = descriptor, .bytes = bytes, .size = size},
              [&] { return own(descriptor, bytes, size); });
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return rookery::testing::WriteAt(descriptor, bytes, size, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off_t offset) {
  return rookery::testing::WriteAt(descriptor, bytes, size, offset);
}
ssize_t read(int descriptor, void* bytes, size_t size) {
  static auto* own = SystemsOwn<ssize_t(int, void*, size_t)>("read");
  return Tell({.kind = DiskCall::Kind::kRead, .descriptor = descriptor, .size = size},
              [&] { return own(descriptor, bytes, size); });
}
ssize_t pread(int descriptor, void* bytes, size_t size, off_t offset) {
  return rookery::testing::ReadAt(descriptor, bytes, size, offset);
}
ssize_t pread64(int descriptor, void* bytes, size_t size, off_t offset) {
  return rookery::testing::ReadAt(descriptor, bytes, size, offset);
}

size_t fread_unlocked(void* bytes, size_t size, size_t count, FILE* stream) {
  return rookery::testing::ReadStream(bytes, size, count, stream);
}

int fsync(int descriptor) {
  static auto* own = SystemsOwn<int(int)>("fsync");
  return static_cast<int>(
      Tell({.kind = DiskCall::Kind::kSync, .descriptor = descriptor}, [&] { return own(descriptor); }));
}
int fdatasync(int descriptor) {
  static auto* own = SystemsOwn<int(int)>("fdatasync");
  return static_cast<int>(
      Tell({.kind = DiskCall::Kind::kSync, .descriptor = descriptor}, [&] { return own(descriptor); }));
}

int ftruncate(int descriptor, off_t size) noexcept { return rookery::testing::Truncate(descriptor, size); }
int ftruncate64(int descriptor, off_t size) noexcept { return rookery::testing::Truncate(descriptor, size); }
int fallocate(int descriptor, int mode, off_t offset, off_t size) {
  return rookery::testing::Allocate(descriptor, mode, offset, size);
}
int fallocate64(int descriptor, int mode, off_t offset, off_t size) {
  return rookery::testing::Allocate(descriptor, mode, offset, size);
}
int posix_fallocate(int descriptor, off_t offset, off_t size) {
  return rookery::testing::Reserve(descriptor, offset, size);
}
int posix_fallocate64(int descriptor, off_t offset, off_t size) {
  return rookery::testing::Reserve(descriptor, offset, size);
}

int rename(const char* from, const char* to) noexcept {
  static auto* own = SystemsOwn<int(const char*, const char*)>("rename");
  return static_cast<int>(
      Tell({.kind = DiskCall::Kind::kRename, .path = from, .target = to}, [&] { return own(from, to); }));
}
int link(const char* from, const char* to) noexcept {
  static auto* own = SystemsOwn<int(const char*, const char*)>("link");
  return static_cast<int>(
      Tell({.kind = DiskCall::Kind::kLink, .path = from, .target = to}, [&] { return own(from, to); }));
}
int unlink(const char* path) noexcept {
  static auto* own = SystemsOwn<int(const char*)>("unlink");
  return static_cast<int>(Tell({.kind = DiskCall::Kind::kRemove, .path = path}, [&] { return own(path); }));
}
int remove(const char* path) noexcept {
  static auto* own = SystemsOwn<int(const char*)>("remove");
  return static_cast<int>(Tell({.kind = DiskCall::Kind::kRemove, .path = path}, [&] { return own(path); }));
}
int rmdir(const char* path) noexcept {
  static auto* own = SystemsOwn<int(const char*)>("rmdir");
  return static_cast<int>(Tell({.kind = DiskCall::Kind::kRemove, .path = path}, [&] { return own(path); }));
}
int unlinkat(int directory, const char* path, int flags) noexcept {
  static auto* own = SystemsOwn<int(int, const char*, int)>("unlinkat");
  const bool relative = directory != AT_FDCWD && path[0] != '/';
  const std::filesystem::path full =
      relative ? std::filesystem::path(rookery::testing::PathOf(directory)) / path : std::filesystem::path(path);
  return static_cast<int>(
      Tell({.kind = DiskCall::Kind::kRemove, .path = full}, [&] { return own(directory, path, flags); }));
}
int mkdir(const char* path, mode_t mode) noexcept {
  static auto* own = SystemsOwn<int(const char*, mode_t)>("mkdir");
  return static_cast<int>(
      Tell({.kind = DiskCall::Kind::kMakeDirectory, .path = path}, [&] { return own(path, mode); }));
}

void* mmap(void* where, size_t size, int protection, int flags, int descriptor, off_t offset) noexcept {
  return rookery::testing::Map(where, size, protection, flags, descriptor, offset);
}
void* mmap64(void* where, size_t size, int protection, int flags, int descriptor, off_t offset) noexcept {
  return rookery::testing::Map(where, size, protection, flags, descriptor, offset);
}
}
// NOLINTEND(readability-identifier-naming, cert-dcl50-cpp)
