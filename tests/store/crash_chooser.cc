#include "tests/store/crash_chooser.h"

#include <iterator>
#include <numeric>
#include <utility>

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

/// Post, load, edit, delete, keep, put, erase, attach, detach; reshard, sync, reopen, compact, backup,
/// prune.
constexpr CrashChooser::Weights kUsual{8, 0.4, 2, 5, 0.6, 2, 1, 0.8, 0.4, 0, 0, 0, 0, 0, 0};
constexpr CrashChooser::Weights kSwarm{8, 0.4, 2, 5, 0.6, 2, 1, 0.8, 0.4, 1, 0.3, 0.1, 0.05, 0, 0};
constexpr CrashChooser::Weights kBeside{8, 0, 3, 3, 0, 2, 1, 0.4, 0.2, 0, 0.2, 0, 0, 0, 0};

CrashChooser::Weights SomeOf(CrashChooser::Weights weights, std::mt19937_64* random) {
  for (double& weight : weights) {
    const std::uint64_t chosen = (*random)() % 5;
    if (chosen < 2) weight = 0;
    if (chosen == 4) weight *= 8;
  }
  weights[static_cast<std::size_t>(Kind::kPost)] += 1;
  return weights;
}

}  // namespace

CrashChooser::Weights CrashChooser::Usual(std::mt19937_64* random) {
  Weights weights = kUsual;
  for (double& weight : weights) weight = (*random)() % 3 == 0 ? weight / 10 : weight;
  return weights;
}

CrashChooser::Weights CrashChooser::Swarm(std::mt19937_64* random) { return SomeOf(kSwarm, random); }

CrashChooser::Weights CrashChooser::Beside(std::mt19937_64* random) { return SomeOf(kBeside, random); }

CrashChooser::Weights CrashChooser::WithBackups(Weights weights) {
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  weights[static_cast<std::size_t>(Kind::kBackup)] = 0.05 * all;
  weights[static_cast<std::size_t>(Kind::kPrune)] = 0.025 * all;
  return weights;
}

CrashChooser::CrashChooser(std::uint64_t session, std::uint64_t writer, std::uint64_t seed, const Weights& weights,
                           CrashState state)
    : session_(session),
      writer_(writer),
      mark_(writer == 0 ? "" : "@" + std::to_string(writer)),
      random_(seed),
      kinds_(weights.begin(), weights.end()),
      state_(std::move(state)) {}

CrashStep CrashChooser::Next(std::uint64_t old_id) {
  CrashStep step{.kind = static_cast<Kind>(kinds_(random_)),
                 .token = std::to_string(session_) + "." + std::to_string(++steps_) + mark_,
                 .nonces = Below(3) == 0,
                 .sync = Below(16) == 0,
                 .writer = writer_};
  if (Below(30) == 0 && !state_.messages.empty()) doomed_ = AnyChannel();
  if (!state_.messages.contains(doomed_)) doomed_.clear();
  if (!doomed_.empty() && Below(4) != 0) step.kind = Kind::kDelete;
  if (step.kind == Kind::kPost && writer_ == 0 && state_.message_count() > kMostMessages) step.kind = Kind::kKeep;
  if (step.kind == Kind::kPost && writer_ != 0 && state_.message_count() > kMostBeside) step.kind = Kind::kDelete;
  if (state_.messages.empty() && step.kind != Kind::kLoad) step.kind = Kind::kPost;
  Fill(&step, old_id);
  return step;
}

std::string CrashChooser::AnyChannel() {
  auto at = state_.messages.begin();
  std::advance(at, Below(state_.messages.size()));
  return at->first;
}

std::string CrashChooser::AnyMainChannel() { return "c" + std::to_string(Below(6)) + mark_; }

void CrashChooser::PickMessage(CrashStep* step) {
  step->channel = step->kind == Kind::kDelete && !doomed_.empty() ? doomed_ : AnyChannel();
  const CrashState::Messages& some = state_.messages.at(step->channel);
  auto at = some.begin();
  // Mostly from one end, so that whole stretches go.
  if (Below(4) == 0) std::advance(at, Below(some.size()));
  step->id = at->first;
}

void CrashChooser::Fill(CrashStep* step, std::uint64_t old_id) {
  switch (step->kind) {
    case Kind::kPost:
      step->channel = Below(20) == 0 ? "new" + step->token : AnyMainChannel();
      step->count = Below(3) == 0 ? 2 + Below(120) : 1;
      return;
    case Kind::kLoad:
      step->channel = AnyMainChannel();
      step->count = 1 + Below(400);
      step->id = old_id;
      return;
    case Kind::kEdit:
    case Kind::kDelete:
      return PickMessage(step);
    case Kind::kKeep:
      step->channel = AnyChannel();
      step->count = Below(3) == 0 ? 0 : 1 + Below(state_.messages.at(step->channel).size());
      return;
    case Kind::kPut:
    case Kind::kErase:
      step->channel = AnyMainChannel();
      step->count = Below(5);
      return;
    case Kind::kAttach:
      PickMessage(step);
      step->count = 1 + Below(Below(3) == 0 ? 3'000'000 : 50'000);
      return;
    case Kind::kDetach:
      PickMessage(step);
      step->count = Below(5);
      return;
    case Kind::kPrune:
      step->count = 1 + Below(3);
      step->channel = "-";
      return;
    case Kind::kReshard:
    case Kind::kBackup:
      step->count = Below(std::uint64_t{1} << 40U);
      [[fallthrough]];
    case Kind::kSync:
    case Kind::kReopen:
    case Kind::kCompact:
      step->channel = AnyChannel();
      return;
  }
}

}  // namespace rookery::testing
