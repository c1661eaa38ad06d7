// What a store must hold after the process that wrote to it was killed: all that this one said it had done, and the
// steps that it was about as a whole or not at all. And the killing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rookery/store.h"
#include "tests/store/crash_moment.h"
#include "tests/store/crash_state.h"

namespace rookery::testing {

/// What a writer said before it died.
struct Testament {
  /// A backup that was begun. The steps done[0..begun) were done before, and those up to done[ended) before it ended.
  struct Backup {
    std::uint64_t number = 0;  // 0: it did not end
    std::size_t begun = 0;
    std::size_t ended = 0;
    std::map<std::uint64_t, CrashStep> in_flight = {};  // when it ended
  };

  std::vector<CrashDeed> done;
  std::map<std::uint64_t, CrashStep> in_flight;  // by writer
  std::vector<Backup> backups;
  std::uint64_t lines = 0;
  std::uint64_t job_lines = 0;
  std::string error;  // what it said on stderr: a writer that works says nothing

  void Take(const std::string& line);

 private:
  void Done(const std::string& words);
};

/// When a writer is killed.
struct KillPlan {
  std::uint64_t lines = 0;             // once it has said so many,
  std::string last_words = {};         // then one that begins with this,
  std::uint64_t phases = 0;            // then so many that are within a step, if it takes so many,
  std::chrono::microseconds delay{0};  // and then so much later
  std::uint64_t patience = 1000;       // so many lines are waited for last_words: the seed may make them rare
};

/// Runs `arguments` until `plan` says, and comes back with all that it has said.
Testament RunAndKill(const std::vector<std::string>& arguments, KillPlan plan);

/// What is wrong with a store that holds `state`, but for that: it must verify, with the right counts, and hold nothing
/// twice. Empty: nothing.
std::string UnsoundnessOf(const Store& store, const CrashState& state);

/// Of one store and the processes that are killed over it, one after the other. What it finds wrong is told in words;
/// empty: nothing. Owned by one thread.
class CrashOracle {
 public:
  /// What is expected once such a process is dead. Returns what its backups may hold, in their order.
  std::vector<CrashMoment> Take(const Testament& testament);
  /// That the store, opened by default, lost nothing, and that it holds what is expected. Takes what is there for what
  /// is expected from now on.
  std::string CheckContent(const Store& store);
  std::string CheckSoundness(const Store& store) const { return UnsoundnessOf(store, expected_); }
  /// Who was not answered posts again; with nonces that is safe.
  std::string PostAgain(Store* store);

  const CrashState& expected() const { return expected_; }
  std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  std::string PostAgain(Store* store, const CrashStep& step);

  CrashState expected_;
  std::map<std::uint64_t, CrashStep> in_flight_;  // by writer
  std::uint64_t acknowledged_ = 0;
};

}  // namespace rookery::testing
