// A process that is to be killed: opens a store, and its writers, each a thread with channels of its own, do random
// steps until then. On stdout each says what it is about to do, and, after the store has acknowledged it, that it is
// done: see crash_doer.h. Its disk says "disk". The first writer does all kinds of steps, the others those that go on
// beside them.
//
// usage: crash_writer DIRECTORY SESSION SEED usual|swarm LIE WRITERS BACKUPS
//   LIE: a step's number, 0: none. The first change of a message or record by the first writer from there on is said to
//   be done before it is, and that is the end: the bug that who kills it must find.
//   BACKUPS: the set into which it makes backups; "-": it makes none.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
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
  std::uint64_t writers = 1;
  std::string backups;
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

/// Ends the process, whatever its other threads are about.
[[noreturn]] void End(const Status& status) {
  std::cerr << status << std::endl;
  std::_Exit(1);
}

bool CanLieAbout(const CrashStep& step) { return step.kind == Kind::kEdit || step.kind == Kind::kPut; }

/// One of the threads that write.
class Writer {
 public:
  Writer(const Arguments& arguments, std::uint64_t number, std::uint64_t seed, CrashDoer* doer, ManualClock* clock,
         CrashChooser chooser)
      : arguments_(arguments),
        number_(number),
        random_(seed),
        doer_(*doer),
        clock_(*clock),
        chooser_(std::move(chooser)) {}

  /// Comes back only with an error.
  Status Write() {
    const std::string me = " " + std::to_string(number_);
    for (;;) {
      clock_.Advance(std::chrono::milliseconds{10 + random_() % 1'000});
      const CrashStep step = chooser_.Next(OldId());
      SayLine("begin " + step.ToLine());
      if (number_ == 0 && arguments_.lie != 0 && steps_ >= arguments_.lie && CanLieAbout(step)) {
        SayLine("done" + me);
        std::raise(SIGKILL);
      }
      RK_ASSIGN_OR_RETURN(const CrashDoer::Outcome outcome, doer_.Do(step));
      std::string line = (outcome.done ? "done" : "refused") + me;
      for (const std::uint64_t id : outcome.ids) line += " " + std::to_string(id);
      SayLine(line);
      if (outcome.done) chooser_.Done(step, outcome.ids);
    }
  }

 private:
  /// Of workers that are not the store, each another one.
  std::uint64_t OldId() {
    const auto ago = clock_.Now() - std::chrono::minutes{random_() % 50} - StoreOptions{}.ids.epoch;
    const std::uint64_t worker = 1 + ++steps_ % 1000;
    return static_cast<std::uint64_t>(ago.count()) << MessageId::kTimeShift | worker << 12U;
  }

  const Arguments& arguments_;
  const std::uint64_t number_;
  std::mt19937_64 random_;
  CrashDoer& doer_;
  ManualClock& clock_;
  CrashChooser chooser_;
  std::uint64_t steps_ = 0;
};

CrashChooser::Weights FirstWeights(const Arguments& arguments, std::mt19937_64* random) {
  if (!arguments.swarm) return CrashChooser::Usual(random);
  const CrashChooser::Weights weights = CrashChooser::Swarm(random);
  return arguments.backups == "-" ? weights : CrashChooser::WithBackups(weights);
}

/// Comes back only if there are no writers.
Status Run(const Arguments& arguments) {
  const auto clock = std::make_shared<ManualClock>();
  // Each session has an hour for itself, so ids of loads lie among those of the one before.
  clock->Advance(std::chrono::hours{arguments.session});
  std::mt19937_64 random(arguments.seed);
  StoreOptions options = CrashOptions({}, clock);
  if (arguments.swarm) VaryOptions(&options, &random);
  CrashDoer doer(arguments.path, arguments.backups, std::move(options));
  RK_TRY(doer.Open());
  RK_ASSIGN_OR_RETURN(const CrashState state, ReadState(doer.store()));
  const auto writer = [&](std::uint64_t number, const CrashChooser::Weights& weights) {
    CrashChooser chooser(arguments.session, number, random(), weights, state.Of(number));
    return Writer(arguments, number, random(), &doer, clock.get(), std::move(chooser));
  };
  Writer first = writer(0, FirstWeights(arguments, &random));
  for (std::uint64_t number = 1; number < arguments.writers; ++number) {
    std::thread([other = writer(number, CrashChooser::Beside(&random))]() mutable { End(other.Write()); }).detach();
  }
  End(first.Write());
}

}  // namespace
}  // namespace rookery::testing

int main(int count, char** arguments) {
  if (count != 8) return 2;
  const auto number = [&](int i) { return std::strtoull(arguments[i], nullptr, 10); };
  rookery::testing::End(rookery::testing::Run({.path = arguments[1],
                                               .session = number(2),
                                               .seed = number(3),
                                               .swarm = std::string(arguments[4]) == "swarm",
                                               .lie = number(5),
                                               .writers = number(6),
                                               .backups = arguments[7]}));
}
