// Where a restored store comes to be: there is no store until it is whole.
//
// Idea: where nothing is, it is made in PATH.restoring and renamed. A directory that is there stays the one that it is,
// as it may be a mount point or somebody's current directory, and its owner and mode were chosen: the store is made
// within and what it has is moved up, the identity last. Either way on the disk on which it is to be, with a mark that
// tells the next restore to the same path what it may remove.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "assembly/lock_file.h"
#include "rookery/status.h"

namespace rookery::backup {

/// What is not finished is removed with it. Owned by one thread.
class Destination {
 public:
  /// Looks whether the store can be made there, and begins. kAlreadyExists: something is there that is no empty
  /// directory. kInvalidArgument: it is in a store or in a backup set. kLocked: somebody else restores to it.
  static Result<std::unique_ptr<Destination>> Begin(const std::filesystem::path& path);
  ~Destination();
  Destination(const Destination&) = delete;
  Destination& operator=(const Destination&) = delete;

  /// Where it is made.
  std::filesystem::path store() const { return work_ / "store"; }
  /// kNoSpace: so many bytes do not fit.
  Status CheckRoom(std::uint64_t bytes) const;
  /// Makes it the store that was wanted. kAlreadyExists: something else has come to be there meanwhile.
  Status Finish();

 private:
  Destination(std::filesystem::path path, bool within);

  std::filesystem::path mark() const { return work_ / "RESTORING"; }
  /// Whether the directory in which it is made has nothing, or the mark of a restore.
  Status CheckIsFree() const;
  /// Takes the directory in which it is made, and removes what a restore that was cut short has left there.
  Status Claim();
  Status RemoveLeftovers() const;
  Status Rename();
  Status MoveUp();
  Status MoveUp(const std::string& name) const;

  const std::filesystem::path path_;
  const bool within_;  // the directory that is there
  const std::filesystem::path work_;
  std::optional<assembly::LockFile> lock_;
};

}  // namespace rookery::backup
