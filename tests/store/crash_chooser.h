// Chooses the steps of a writer that is to be killed. Owns no store: what is there it knows from its own steps.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/store/crash_state.h"

namespace rookery::testing {

/// Owned by one thread.
class CrashChooser {
 public:
  /// How often a step is of each kind, in relation to the others.
  using Weights = std::array<double, CrashStep::kKinds>;
  /// All kinds that change the store, some of them rare.
  static Weights Usual(std::mt19937_64* random);
  /// Some kinds, and none of the others: what two kinds do to each other is found where no third disturbs them.
  static Weights Swarm(std::mt19937_64* random);
  /// Of a writer beside the first one: only what changes its own channels.
  static Weights Beside(std::mt19937_64* random);
  /// The same, with backups.
  static Weights WithBackups(Weights weights);

  /// `state`: what is in the writer's channels.
  CrashChooser(std::uint64_t session, std::uint64_t writer, std::uint64_t seed, const Weights& weights,
               CrashState state);

  /// `old_id`: under which nothing is stored, of a load's first message.
  CrashStep Next(std::uint64_t old_id);
  void Done(const CrashStep& step, const std::vector<std::uint64_t>& ids) { state_.Apply(step, ids); }

 private:
  static constexpr std::uint64_t kMostMessages = 3000;
  static constexpr std::uint64_t kMostBeside = 500;

  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  std::string AnyChannel();
  std::string AnyMainChannel();
  void PickMessage(CrashStep* step);
  void Fill(CrashStep* step, std::uint64_t old_id);

  const std::uint64_t session_;
  const std::uint64_t writer_;
  const std::string mark_;  // in the names of the writer's channels
  std::mt19937_64 random_;
  std::discrete_distribution<int> kinds_;
  CrashState state_;
  std::string doomed_;  // a channel that is being emptied
  std::uint64_t steps_ = 0;
};

}  // namespace rookery::testing
