// Does the steps of a writer that is to be killed, and says on stdout how far it has come:
//
//   opening | begin STEP | phase | job TEXT | done [ID...] | refused
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/store.h"
#include "tests/store/crash_state.h"

namespace rookery::testing {

/// A line of its own, in one call, so that it comes whole or without its end.
void SayLine(std::string line);

/// Owned by one thread.
class CrashDoer {
 public:
  /// What became of a step. Not done: the store refuses it at present, as it may, and has changed nothing.
  struct Outcome {
    bool done = true;
    std::vector<std::uint64_t> ids = {};  // of the messages that were posted
  };

  /// Says what reshard jobs do. `options.routing` is empty.
  CrashDoer(std::filesystem::path path, StoreOptions options);

  Status Open();
  const Store& store() const { return *store_; }
  /// An error is one that no step should meet.
  Result<Outcome> Do(const CrashStep& step);

 private:
  Result<std::vector<std::uint64_t>> Post(const CrashStep& step, Durability durability);
  Result<bool> Load(const CrashStep& step);
  Status Keep(const CrashStep& step);
  Status Attach(const CrashStep& step, Durability durability);
  Status Reshard(const CrashStep& step);
  Status Change(const CrashStep& step, Durability durability);
  /// Rules that a session was killed with are not this one's.
  Status RemoveRules();

  const std::filesystem::path path_;
  StoreOptions options_;
  std::optional<Store> store_;
};

}  // namespace rookery::testing
