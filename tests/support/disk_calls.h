// Lets a test stand between this process and its disk: every call that reads or changes files below a directory goes
// through the test's watch, which may count it, let it go on, or answer it with an error.
//
// Idea: this executable has open, write, fsync, rename and the like of its own, which the engine's library finds first.
// So the whole of a store is seen, the files beside the engine's included, as the system sees it. Closing, looking at
// names and sizes, and stores to mapped memory are not seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::testing {

struct DiskCall {
  enum class Kind : std::uint8_t {
    kOpen,    // for reading
    kCreate,  // may make the file, or empty it
    kRead,
    kWrite,
    kResize,  // and reserving room
    kSync,    // of a file or a directory
    kRename,
    kRemove,
    kMakeDirectory,
    kLink,
    kMap,  // shared, to write to
  };
  static constexpr std::size_t kKinds = 11;
  Kind kind = Kind::kOpen;
  std::filesystem::path path = {};
  std::filesystem::path target = {};         // the new name, of kRename and kLink
  int descriptor = -1;                       // where the call has one
  bool empties = false;                      // kCreate with O_TRUNC; kResize to less
  std::optional<std::uint64_t> offset = {};  // kWrite, unless it goes on where the last one ended
  const void* bytes = nullptr;               // kWrite
  std::size_t size = 0;                      // kRead, kWrite
};
std::string_view NameOf(DiskCall::Kind kind);

class DiskWatch {
 public:
  virtual ~DiskWatch() = default;
  /// In place of the call, on the thread that makes it. `go` is the call itself: what it returns is its result, below 0
  /// with errno set if it failed. Calls that are made in here are not seen.
  virtual std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) = 0;
};

/// While it lives, `watch` gets the calls on `root` and what is below it. One at a time.
class DiskCalls {
 public:
  DiskCalls(const std::filesystem::path& root, DiskWatch* watch);
  /// Waits for calls that are under way.
  ~DiskCalls();
  DiskCalls(const DiskCalls&) = delete;
  DiskCalls& operator=(const DiskCalls&) = delete;
};

/// While it lives, the kernel's boot id is what is in `file`: so a test starts the machine anew.
class PretendedBoot {
 public:
  explicit PretendedBoot(const std::filesystem::path& file);
  ~PretendedBoot();
  PretendedBoot(const PretendedBoot&) = delete;
  PretendedBoot& operator=(const PretendedBoot&) = delete;
};

}  // namespace rookery::testing
