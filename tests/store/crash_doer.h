// Does the steps of a writer that is to be killed, and says on stdout how far it has come:
//
//   opening | begin STEP | phase | job TEXT | done WRITER [ID...] | refused WRITER
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/store.h"
#include "tests/store/crash_state.h"

namespace rookery::testing {

/// A line of its own, in one call, so that it comes whole or without its end.
void SayLine(std::string line);

/// Of a backup, by its name.
std::uint64_t BackupNumber(const std::string& name);

/// Thread-safe, but for Open.
class CrashDoer {
 public:
  /// What became of a step. Not done: the store refuses it at present, as it may, and has changed nothing.
  struct Outcome {
    bool done = true;
    std::vector<std::uint64_t> ids = {};  // of the messages that were posted, or numbers of backups
  };

  /// Says what reshard jobs do. `options.routing` is empty. `backups`: the set.
  CrashDoer(std::filesystem::path path, std::filesystem::path backups, StoreOptions options);

  /// REQUIRES: no step is under way.
  Status Open();
  const Store& store() const { return *store_; }
  /// An error is one that no step should meet.
  Result<Outcome> Do(const CrashStep& step);

 private:
  Result<Outcome> DoInStore(const CrashStep& step);
  Status Reopen();
  Result<std::vector<std::uint64_t>> BackUp(const CrashStep& step);
  Result<std::vector<std::uint64_t>> Prune(const CrashStep& step) const;
  Result<std::vector<std::uint64_t>> Post(const CrashStep& step, Durability durability);
  Result<bool> Load(const CrashStep& step);
  Status Keep(const CrashStep& step);
  Status Attach(const CrashStep& step, Durability durability);
  Status Reshard(const CrashStep& step);
  Status Change(const CrashStep& step, Durability durability);
  /// Rules that a session was killed with are not this one's.
  Status RemoveRules();

  const std::filesystem::path path_;
  const std::filesystem::path backups_;
  StoreOptions options_;
  std::shared_mutex open_;  // held by whoever uses store_, alone by who closes it
  std::optional<Store> store_;
};

}  // namespace rookery::testing
