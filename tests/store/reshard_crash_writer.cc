// A process that is to be killed while it changes the shards of a store under traffic. Says on stdout what was
// acknowledged, and what the job does; kills itself at the step that it is told.
//
//   open | ack CHANNEL NEWEST OLDEST | began NAME | step TEXT | error WHAT
//
// usage: reshard_crash_writer DIRECTORY SEED STEP: the number of the job's step at which it dies, 0: it waits to be
// killed
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "rookery/store.h"
#include "tests/store/traffic.h"

namespace rookery::testing {
namespace {

/// In one call, so that a line comes whole or without its end.
void Say(std::string line) {
  line += '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(1);
}

/// Dies at the n-th thing that a job says.
class DeadlyLogger final : public Logger {
 public:
  explicit DeadlyLogger(std::uint64_t step) : step_(step) {}

  void Log(LogLevel level, std::string_view component, std::string_view message) noexcept override {
    if (component != "reshard") return;
    if (level > LogLevel::kDebug) Say("step " + std::string(message));
    if (++steps_ == step_) std::raise(SIGKILL);
  }

 private:
  const std::uint64_t step_;
  std::atomic<std::uint64_t> steps_{0};
};

ReshardRequest AnyRequest(std::mt19937_64* random, const StoreInfo& info) {
  switch ((*random)() % 8) {
    case 0:
      return ResizeShards{16};
    case 1:
      return ResizeShards{5};
    case 2:
      return ResizeShards{8};
    case 3:
      return RebalanceShards{.by = ShardWeight::kMessages};
    case 4:
    case 5:
      return SpreadChannel{Traffic::ChannelName((*random)() % 60), static_cast<std::uint32_t>(1 + (*random)() % 5)};
    default:
      break;
  }
  if (info.strategy == "directory") return ChangeStrategy{HashRouting{.shards = 8}};
  return ChangeStrategy{DirectoryRouting{.shards = 8}};
}

void ReshardForEver(Store* store, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (;;) {
    const auto waited = store->AwaitReshard(std::chrono::minutes{5});
    const auto job = store->Reshard();
    if (!waited.ok() || !job) return Say("error the job hangs");
    if (*job && (*job)->paused) return Say("error the job is paused: " + (*job)->paused_reason);
    if (*job && (*job)->reads_differing > 0) return Say("error reads differ");
    if (*job && (*job)->phase == ReshardPhase::kSwitched && random() % 2 == 0) {
      const Status reverted = store->RevertReshard();
      // It may be dropping the old place by now, or be done.
      const bool late = reverted.code() == StatusCode::kInvalidArgument || reverted.code() == StatusCode::kNotFound;
      if (!reverted.ok() && !late) return Say("error " + reverted.ToString());
      continue;
    }
    if (*job && (*job)->phase == ReshardPhase::kSwitched) {
      std::this_thread::yield();
      continue;
    }
    const auto info = store->Info();
    const ReshardOptions options{.keep = std::chrono::milliseconds{random() % 3 == 0 ? 100 : 0}, .share = 1};
    const auto started = store->StartReshard(AnyRequest(&random, *info), options);
    if (!started && started.error().code() != StatusCode::kBusy) return Say("error " + started.error().ToString());
  }
}

int Run(const std::string& path, std::uint64_t seed, std::uint64_t step) {
  auto store = Store::Open(path, {.mode = OpenMode::kOpen, .logger = std::make_shared<DeadlyLogger>(step)});
  if (!store) {
    Say("error " + store.error().ToString());
    return 1;
  }
  Say("open");
  Traffic traffic(&*store, {.seed = seed,
                            .acknowledged =
                                [](std::size_t channel, std::uint64_t newest, std::uint64_t oldest) {
                                  Say("ack " + std::to_string(channel) + " " + std::to_string(newest) + " " +
                                      std::to_string(oldest));
                                },
                            .began = [](std::string_view channel) { Say("began " + std::string(channel)); },
                            .failed = [](std::string_view what) { Say("error " + std::string(what)); }});
  traffic.Seed();
  traffic.Start();
  ReshardForEver(&*store, seed);
  return 1;
}

}  // namespace
}  // namespace rookery::testing

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return rookery::testing::Run(argv[1], std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
}
