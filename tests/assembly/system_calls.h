// Lets a test act at the very moment at which the store makes a directory, takes a lock or syncs a file, and so play
// the other process of a race without a second thread.
//
// Idea: this executable has mkdir, flock and fsync of its own, which tell the test and go on to the system's.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace rookery::testing {

/// While it lives, `before(call, path)` runs before each of these calls of the process, but for those that it makes
/// itself. One at a time; used by one thread.
class SystemCallHook {
 public:
  using Function = std::function<void(std::string_view call, const std::string& path)>;
  explicit SystemCallHook(Function before);
  ~SystemCallHook();
  SystemCallHook(const SystemCallHook&) = delete;
  SystemCallHook& operator=(const SystemCallHook&) = delete;
};

}  // namespace rookery::testing
