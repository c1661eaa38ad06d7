// A directory in which a backup is opened.
#pragma once

#include <filesystem>
#include <utility>

#include "rookery/status.h"

namespace rookery::backup {

/// It is removed with this. Movable.
class Scratch {
 public:
  /// In `directory`; if that is empty, in the set, or where that cannot be written in the system's directory for
  /// temporary files. kPermission, kNoSpace, kIoError, naming it.
  static Result<Scratch> Make(const std::filesystem::path& set, const std::filesystem::path& directory);
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();
  const std::filesystem::path& path() const { return path_; }

  /// Whether what is there in a set was made by Make, and not by somebody else.
  static bool IsOne(const std::filesystem::path& path);
  /// Removes one, its mark last.
  static Status Remove(const std::filesystem::path& path);

 private:
  explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace rookery::backup
