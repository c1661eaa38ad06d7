// A disk whose power is cut: what was not synced is dropped, kept, or kept in part, as a seed chooses.
//
// Idea: the real file system does all the work, and this notes what of it is durable: of a file the bytes that its last
// sync saw, of a directory the names. At the cut it notes how far all is, and the process goes on without harm; Restore
// then makes another directory, with what a disk could hold that lost its power at that moment.
//
// What such a disk does, as the file systems of Linux do:
//   - a sync of a file makes its bytes, its size and the name durable under which it was made; one of a directory what
//     was made, renamed and removed in it before;
//   - a name that was not synced is as before or as after, each by itself, or all in the order of a journal;
//   - bytes that were not synced, if they were appended: there up to any byte, or with holes in them: blocks of 4 KiB
//   of
//     zeros, or sectors of 512 bytes of garbage; if they were written over others or to mapped memory: each block and
//     each sector as before or as after.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/disk_calls.h"

namespace rookery::testing {

/// Thread-safe, but for Restore.
class PowerCutDisk final : public DiskWatch {
 public:
  /// What is below `root` now is durable. `vault`: an empty directory on the same file system, elsewhere.
  PowerCutDisk(const std::filesystem::path& root, const std::filesystem::path& vault);

  /// At the n-th call from now that changes anything: 1 is the next one. `alone`: calls of this thread alone count.
  void CutAt(std::uint64_t n, bool alone);
  /// Now, unless it was before.
  void Cut();
  bool cut() const;
  /// "write cell-0000/000004.log": the call in which it was cut.
  std::string cut_in() const;
  /// From now on a sync of a file whose name ends with `suffix` answers that it is done, and is not.
  void LieAbout(std::string suffix);

  /// How harsh: with what the next Restore does to files of these names it did least.
  struct Restored {
    bool witness_whole = false;  // a file named "witness" has all that was ever written to it
    std::string what;            // one line, for people: what was done to which file
  };
  /// Makes in `target`, which must be empty, what the disk has of `root`. REQUIRES: cut().
  Restored Restore(const std::filesystem::path& target, std::uint64_t seed) const;

  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override;

 private:
  struct File {
    std::filesystem::path link;   // in the vault, whatever becomes of its names
    std::uint64_t durable = 0;    // bytes of it, from its beginning
    std::uint64_t at_cut = 0;     // its size then
    bool overwritten = false;     // then these count, and not the real file:
    std::string durable_bytes{};  // as of its last sync
    std::string bytes_at_cut{};
  };
  /// A change of names. Paths are relative to the root.
  struct Change {
    enum class Kind : std::uint8_t { kMade, kRenamed, kRemoved, kDirectory } kind = Kind::kMade;
    std::string path;
    std::string target{};  // of kRenamed
    std::size_t file = 0;
    bool durable = false;
  };
  using Names = std::map<std::string, std::optional<std::size_t>>;  // null: a directory

  std::string Relative(const std::filesystem::path& path) const;
  std::size_t Adopt(const std::filesystem::path& path, std::uint64_t durable);
  File* Find(int descriptor);
  static void WillOverwrite(File* file);
  void Note(const DiskCall& call, std::intptr_t result, bool was_there);
  void NoteSync(const DiskCall& call);
  void CutLocked(const DiskCall* call);
  Names NamesAfter(std::mt19937_64* random) const;

  const std::filesystem::path root_;
  const std::filesystem::path vault_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<File> files_;
  std::map<std::uint64_t, std::size_t> by_inode_;
  std::map<std::string, std::size_t> by_name_;  // as the process sees them
  Names durable_names_;                         // before the changes
  std::vector<Change> changes_;
  std::uint64_t calls_ = 0;
  std::optional<std::uint64_t> cut_at_;
  std::optional<std::thread::id> only_;
  std::string lie_;
  bool cut_ = false;
  std::string cut_in_;
};

}  // namespace rookery::testing
