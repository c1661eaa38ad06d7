// Where a store comes to be by a restore or by salvage: there is none until it is whole.
//
// Idea: what was cut short must never be taken for a store. Where nothing is, it is made in PATH.restoring or
// PATH.salvaging and renamed. A directory that is there stays the one that it is, as it may be a mount point or
// somebody's current directory, and its owner and mode were chosen: the store is made within and what it has is moved
// up, the identity last. Either way on the disk on which it is to be, with a mark that tells the next one what it may
// remove.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "assembly/lock_file.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// kInvalidArgument: one of the directories above it, or itself, is a store or a backup set.
Status CheckOutside(const std::filesystem::path& path);

/// Owned by one thread. What is not finished is removed with it.
class UnfinishedStore {
 public:
  struct Work {
    std::string_view name;    // in errors: "a restore"
    std::string_view suffix;  // of the directory beside: ".restoring"
    std::string_view mark;    // the lock's file, by which such a directory is known: "RESTORING"
  };
  static constexpr Work kRestore{.name = "a restore", .suffix = ".restoring", .mark = "RESTORING"};
  static constexpr Work kSalvage{.name = "salvage", .suffix = ".salvaging", .mark = "SALVAGING"};

  /// Looks whether the store can be made there, and begins. kAlreadyExists: something is there that is no empty
  /// directory, or something else has the name of the directory beside it. kInvalidArgument: as CheckOutside. kLocked:
  /// somebody else is at it.
  static Result<std::unique_ptr<UnfinishedStore>> Begin(const std::filesystem::path& path, const Work& work);
  ~UnfinishedStore();
  UnfinishedStore(const UnfinishedStore&) = delete;
  UnfinishedStore& operator=(const UnfinishedStore&) = delete;

  /// Where it is made.
  std::filesystem::path store() const { return directory_ / "store"; }
  /// For what is needed meanwhile.
  std::filesystem::path scratch() const { return directory_ / "scratch"; }
  /// kNoSpace: so many bytes do not fit.
  Status CheckRoom(std::uint64_t bytes) const;
  /// Makes it, durably, the store that was wanted. kAlreadyExists: something else has come to be there meanwhile.
  /// REQUIRES: the store is closed.
  Status Finish();

 private:
  UnfinishedStore(std::filesystem::path path, const Work& work, bool within);

  std::filesystem::path mark() const { return directory_ / work_.mark; }
  Status Taken(const std::filesystem::path& path) const;
  /// Whether a directory is there; else nothing is.
  Result<bool> IsDirectory(const std::filesystem::path& path) const;
  /// Whether the directory in which it is made has nothing, or the mark of one that was cut short.
  Status CheckIsFree() const;
  /// Takes the directory in which it is made, and removes what was cut short there.
  Status Claim();
  Status RemoveLeftovers() const;
  Status RenameToNew(const std::filesystem::path& from, const std::filesystem::path& to) const;
  Status MoveUp();

  const std::filesystem::path path_;
  const Work work_;
  const bool within_;  // the directory that is there
  const std::filesystem::path directory_;
  std::optional<LockFile> lock_;
};

}  // namespace rookery::assembly
