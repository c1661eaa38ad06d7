// What it costs to find a channel's shard, by each strategy.
#include "rookery/routing.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::bench {
namespace {

constexpr std::uint32_t kShards = 16;
constexpr std::size_t kChannels = 4096;

std::vector<std::string> ChannelNames() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kChannels; ++i)
    names.push_back("guild/" + std::to_string(i * 2'654'435'761U) + "/general");
  return names;
}

Routing ByRange() {
  RangeRouting routing;
  for (char digit = '1'; digit <= '9'; ++digit) routing.splits.push_back(std::string("guild/") + digit);
  return routing;
}

void Route(benchmark::State& state, const Routing& routing) {
  const std::vector<std::string> channels = ChannelNames();
  const auto router = routing::Router::New(routing::MakeShardMap(routing));
  for (const std::string& channel : channels) {
    router->FindOrPlace(channel);
    router->EntryStored(channel);
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(router->FindOrPlace(channels[next++ % kChannels]));
}
BENCHMARK_CAPTURE(Route, hash, HashRouting{.shards = kShards});
BENCHMARK_CAPTURE(Route, range, ByRange());
BENCHMARK_CAPTURE(Route, directory, DirectoryRouting{.shards = kShards});

}  // namespace
}  // namespace rookery::bench
