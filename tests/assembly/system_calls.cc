#include "tests/assembly/system_calls.h"

#include <dlfcn.h>
#include <sys/types.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace rookery::testing {
namespace {

// Of the thread that set it: the engine's own threads go their ways.
thread_local SystemCallHook::Function hook;
thread_local bool inside = false;

void Tell(std::string_view call, const std::string& path) {
  if (!hook || inside) return;
  inside = true;
  hook(call, path);
  inside = false;
}

std::string PathOf(int descriptor) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error).string();
}

template <typename Call>
Call* SystemsOwn(const char* name) {
  return reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

SystemCallHook::SystemCallHook(Function before) { hook = std::move(before); }
SystemCallHook::~SystemCallHook() { hook = nullptr; }

}  // namespace rookery::testing

// NOLINTBEGIN(readability-identifier-naming): the names are the system's.
extern "C" {

int mkdir(const char* path, mode_t mode) noexcept {
  static auto* own = rookery::testing::SystemsOwn<int(const char*, mode_t)>("mkdir");
  rookery::testing::Tell("mkdir", path);
  return own(path, mode);
}

int flock(int descriptor, int operation) noexcept {
  static auto* own = rookery::testing::SystemsOwn<int(int, int)>("flock");
  rookery::testing::Tell("flock", rookery::testing::PathOf(descriptor));
  return own(descriptor, operation);
}

int fsync(int descriptor) {
  static auto* own = rookery::testing::SystemsOwn<int(int)>("fsync");
  rookery::testing::Tell("fsync", rookery::testing::PathOf(descriptor));
  return own(descriptor);
}
}
// NOLINTEND(readability-identifier-naming)
