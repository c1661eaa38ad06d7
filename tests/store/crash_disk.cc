// The writer's own write, fdatasync and rename: each says "disk" on stdout after the system's own is through, so that
// the test can kill between any two of them.
#include <dlfcn.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

/// Says so by the system call, as `write` is the one below.
template <typename Result>
Result Said(Result result) {
  constexpr char kLine[] = "disk\n";
  static_cast<void>(::syscall(SYS_write, STDOUT_FILENO, kLine, sizeof kLine - 1));
  return result;
}

template <typename Call>
Call* SystemsOwn(const char* name) {
  return reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): the names are the system's.
extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static auto* own = SystemsOwn<ssize_t(int, const void*, size_t)>("write");
  return descriptor <= STDERR_FILENO ? own(descriptor, bytes, size) : Said(own(descriptor, bytes, size));
}

int fdatasync(int descriptor) {
  static auto* own = SystemsOwn<int(int)>("fdatasync");
  return Said(own(descriptor));
}

int rename(const char* from, const char* to) noexcept {
  static auto* own = SystemsOwn<int(const char*, const char*)>("rename");
  return Said(own(from, to));
}
}
// NOLINTEND(readability-identifier-naming)
