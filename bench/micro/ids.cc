// What it costs to make message ids, one at a time and a hundred at a time, alone and beside other threads.
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <vector>

#include "base/system_clock.h"
#include "codec/id_generator.h"

namespace rookery::bench {
namespace {

void MakeIds(benchmark::State& state) {
  // The benchmark makes more ids than a millisecond holds: let them run ahead of the clock.
  static codec::IdGenerator generator({.max_clock_lead = std::chrono::hours{24 * 365}}, base::NewSystemClock(), {});
  std::vector<MessageId> ids(static_cast<std::size_t>(state.range(0)));
  codec::IdIssue issue;
  for (auto _ : state) {
    if (!generator.Next(ids, &issue).ok()) {
      state.SkipWithError("the generator refused");
      break;
    }
    if (issue.horizon) generator.HorizonStored(*issue.horizon);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(MakeIds)->Arg(1)->Arg(100);
BENCHMARK(MakeIds)->Arg(1)->Threads(2)->Name("MakeIdsTwoThreads");

}  // namespace
}  // namespace rookery::bench
