// A directory for the stores of one run, removed with all that is in it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace rookery::bench {

class Scratch {
 public:
  /// Makes a directory of its own in `parent`. Throws Failure if that cannot be.
  explicit Scratch(const std::filesystem::path& parent);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Waits until all that was written there is on disk, so that nobody pays for the writes of another.
  void Settle() const;

 private:
  std::filesystem::path path_;
};

/// Has the kernel forget what the files in `directory` hold, so that reading them needs the disk. What was not settled
/// stays, and so does everything where files are in memory.
void DropFromMemory(const std::filesystem::path& directory);

/// The sizes of all files in `directory`, which may come and go meanwhile.
std::uint64_t BytesIn(const std::filesystem::path& directory);

}  // namespace rookery::bench
