#include "base/write_all.h"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace rookery::base {
namespace {

/// `write` is told what is left.
template <typename Write>
bool Repeat(std::string_view bytes, const Write& write) {
  while (!bytes.empty()) {
    const ssize_t written = write(bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = ENOSPC;  // what it means that nothing more is taken
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool WriteAll(int descriptor, std::string_view bytes) {
  return Repeat(bytes, [&](std::string_view left) { return ::write(descriptor, left.data(), left.size()); });
}

bool WriteAllAt(int descriptor, std::string_view bytes, std::uint64_t offset) {
  return Repeat(bytes, [&](std::string_view left) {
    const std::uint64_t at = offset + (bytes.size() - left.size());
    return ::pwrite(descriptor, left.data(), left.size(), static_cast<off_t>(at));
  });
}

}  // namespace rookery::base
