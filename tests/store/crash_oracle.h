// What a store must hold after the process that wrote to it was killed: all that this one said it had done, and the
// step that it was about as a whole or not at all. And the killing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/store.h"
#include "tests/store/crash_state.h"

namespace rookery::testing {

/// What a writer said before it died.
struct Testament {
  std::vector<std::pair<CrashStep, std::vector<std::uint64_t>>> done;
  std::optional<CrashStep> in_flight;
  std::uint64_t lines = 0;
  std::uint64_t job_lines = 0;
  std::string error;  // what it said on stderr: a writer that works says nothing

  void Take(const std::string& line);
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

/// Of one store and the writers that are killed over it, one after the other. What it finds wrong is told in words;
/// empty: nothing. Owned by one thread.
class CrashOracle {
 public:
  /// What is expected once such a writer is dead.
  void Take(Testament testament);
  /// That the store, opened by default, lost nothing, and that it holds what is expected. Takes what is there for what
  /// is expected from now on.
  std::string CheckContent(const Store& store);
  /// That it verifies, that its counts are those of what is expected, and that nothing is stored twice.
  std::string CheckSoundness(const Store& store) const;
  /// Who was not answered posts again; with nonces that is safe.
  std::string PostAgain(Store* store);

  const CrashState& expected() const { return expected_; }
  std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  /// The states in one of which the store may be.
  std::vector<CrashState> Possible(const CrashState& actual) const;

  CrashState expected_;
  std::optional<CrashStep> in_flight_;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace rookery::testing
