// A writer that is to be killed: opens a store and does random steps until then. On stdout it says of each step what it
// is about to do, and, after the store has acknowledged it, that it is done: see crash_doer.h. Its disk says "disk".
//
// usage: crash_writer DIRECTORY SESSION SEED usual|swarm LIE
//   LIE: a step's number, 0: none. The first change of a message or record from there on is said to be done before it
//   is, and that is the end: the bug that who kills it must find.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "rookery/store.h"
#include "tests/store/crash_chooser.h"
#include "tests/store/crash_doer.h"
#include "tests/store/crash_state.h"
#include "tests/support/manual_clock.h"

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

struct Arguments {
  std::string path;
  std::uint64_t session = 0;
  std::uint64_t seed = 0;
  bool swarm = false;
  std::uint64_t lie = 0;
};

/// Of a new store of a swarm every session chooses some.
void VaryOptions(StoreOptions* options, std::mt19937_64* random) {
  constexpr CachePolicy kPolicies[]{CachePolicy::kAdaptive, CachePolicy::kLru,  CachePolicy::kExactLru,
                                    CachePolicy::kLfu,      CachePolicy::kFifo, CachePolicy::kRandom};
  constexpr std::size_t kBlobs[]{0, 256, 32 << 10};
  options->cache.capacity = (*random)() % 3 == 0 ? 0 : std::size_t{1} << 20;
  options->cache.policy = kPolicies[(*random)() % std::size(kPolicies)];
  options->cache.write_mode = (*random)() % 2 == 0 ? WriteMode::kThrough : WriteMode::kAround;
  options->tuning.blob_threshold_bytes = kBlobs[(*random)() % std::size(kBlobs)];
  options->durability = (*random)() % 8 == 0 ? Durability::kSync : Durability::kBuffered;
  options->resume_reshard = (*random)() % 4 != 0;
}

bool CanLieAbout(const CrashStep& step) { return step.kind == Kind::kEdit || step.kind == Kind::kPut; }

/// Comes back only with an error.
Status Run(const Arguments& arguments) {
  const auto clock = std::make_shared<ManualClock>();
  // Each session has an hour for itself, so ids of loads lie among those of the one before.
  clock->Advance(std::chrono::hours{arguments.session});
  std::mt19937_64 random(arguments.seed);
  StoreOptions options = CrashOptions({}, clock);
  if (arguments.swarm) VaryOptions(&options, &random);
  CrashDoer doer(arguments.path, std::move(options));
  RK_TRY(doer.Open());
  RK_ASSIGN_OR_RETURN(CrashState state, ReadState(doer.store()));
  const auto weights = arguments.swarm ? CrashChooser::Swarm(&random) : CrashChooser::Usual(&random);
  CrashChooser chooser(arguments.session, random(), weights, std::move(state));
  for (std::uint64_t step_number = 0;;) {
    clock->Advance(std::chrono::milliseconds{10 + random() % 1'000});
    // Of workers that are not the store, each another one.
    const auto ago = clock->Now() - std::chrono::minutes{random() % 50} - StoreOptions{}.ids.epoch;
    const std::uint64_t worker = 1 + ++step_number % 1000;
    const std::uint64_t old_id = static_cast<std::uint64_t>(ago.count()) << MessageId::kTimeShift | worker << 12U;
    const CrashStep step = chooser.Next(old_id);
    SayLine("begin " + step.ToLine());
    if (arguments.lie != 0 && step_number >= arguments.lie && CanLieAbout(step)) {
      SayLine("done");
      std::raise(SIGKILL);
    }
    RK_ASSIGN_OR_RETURN(const CrashDoer::Outcome outcome, doer.Do(step));
    std::string line = outcome.done ? "done" : "refused";
    for (const std::uint64_t id : outcome.ids) line += " " + std::to_string(id);
    SayLine(line);
    if (outcome.done) chooser.Done(step, outcome.ids);
  }
}

}  // namespace
}  // namespace rookery::testing

int main(int count, char** arguments) {
  if (count != 6) return 2;
  const auto number = [&](int i) { return std::strtoull(arguments[i], nullptr, 10); };
  const rookery::Status status = rookery::testing::Run({.path = arguments[1],
                                                        .session = number(2),
                                                        .seed = number(3),
                                                        .swarm = std::string(arguments[4]) == "swarm",
                                                        .lie = number(5)});
  std::cerr << status << '\n';
  return 1;
}
