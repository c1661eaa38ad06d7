// What a backup set must hold after the process that made backups into it was killed: every backup that it said was
// made, whole and with the rows of its moment; one that was under way wholly or not at all; and none that was pruned.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rookery/backup.h"
#include "rookery/store.h"
#include "tests/store/crash_oracle.h"

namespace rookery::torture {

/// Of one set and the processes that are killed over it, one after the other. What it finds wrong is told in words;
/// empty: nothing. Owned by one thread.
class BackupOracle {
 public:
  explicit BackupOracle(std::filesystem::path set) : set_(std::move(set)) {}

  /// What is expected once such a process is dead; an answer of a prune may be wrong already. `moments`: of its
  /// backups.
  std::string Take(const testing::Testament& testament, const std::vector<testing::CrashMoment>& moments);
  /// That the set lists what it must and nothing else, and that what was not verified before is verified.
  std::string Check();
  /// That a backup can be made, whatever was cut short, and is verified. `now`: what the store holds.
  std::string BackUp(Store* store, const testing::CrashState& now);
  /// That a backup, `any` says which, mostly the newest, becomes a store at `destination` with what the store had at
  /// its moment; removes it again. REQUIRES: !empty().
  std::string Restore(std::uint64_t any, const std::filesystem::path& destination, const StoreOptions& options);

  bool empty() const { return backups_.empty(); }
  /// Whether the last process was killed while it changed the set.
  bool interrupted() const { return interrupted_; }
  std::uint64_t made() const { return made_; }
  std::uint64_t restored() const { return restored_; }

 private:
  struct Backup {
    testing::CrashMoment moment;
    bool certain = true;    // false: it was being made or removed when the process was killed
    bool verified = false;  // by this
  };

  std::string TakePrune(const testing::CrashDeed& deed);
  /// Those that a prune keeps.
  std::set<std::uint64_t> KeptBy(std::uint64_t count) const;
  std::string Verify(const BackupInfo& info, Backup* backup) const;

  const std::filesystem::path set_;
  std::map<std::uint64_t, Backup, std::greater<>> backups_;  // by number, the newest first
  std::map<std::uint64_t, std::string> names_;               // of those that are there
  bool interrupted_ = false;
  std::uint64_t made_ = 0;
  std::uint64_t restored_ = 0;
};

}  // namespace rookery::torture
