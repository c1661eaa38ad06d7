// The lock of a store's directory: one writer or several readers, across processes and within one.
//
// Idea: flock() on a file of its own, so that the kernel lets go when a process dies; the holder's name is text in the
// file. A forked child shares the lock: it is the process that took it that lets go, for both.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "rookery/status.h"

namespace rookery::assembly {

class LockFile {
 public:
  enum class Mode { kExclusive, kShared };

  /// kLocked, naming the holder, if somebody else has it. Never waits. The file is made with mode 0600 and stays,
  /// unless its holder removes it.
  static Result<LockFile> Acquire(const std::filesystem::path& path, Mode mode);

  /// As a reader, without a byte written: nobody is told who has it. kNotFound: there is no such file.
  static Result<LockFile> Watch(const std::filesystem::path& path);

  LockFile(LockFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), owner_(other.owner_), made_file_(other.made_file_) {}
  LockFile& operator=(LockFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(owner_, other.owner_);
    std::swap(made_file_, other.made_file_);
    return *this;
  }
  ~LockFile();

  /// True if there was no file before.
  bool made_file() const { return made_file_; }

 private:
  LockFile(int descriptor, bool made_file) : descriptor_(descriptor), owner_(::getpid()), made_file_(made_file) {}
  static Result<LockFile> OpenFile(const std::filesystem::path& path, Mode mode);

  int descriptor_ = -1;
  pid_t owner_ = 0;
  bool made_file_ = false;
};

}  // namespace rookery::assembly
