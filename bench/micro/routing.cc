// What it costs to find a channel's shard, by each strategy.
#include "rookery/routing.h"

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::bench {
namespace {

constexpr std::uint32_t kShards = 16;
constexpr std::size_t kChannels = 4096;

std::vector<std::string> ChannelNames(std::size_t channels) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < channels; ++i)
    names.push_back("guild/" + std::to_string(i * 2'654'435'761U) + "/general");
  return names;
}

Routing ByRange() {
  RangeRouting routing;
  for (char digit = '1'; digit <= '9'; ++digit) routing.splits.push_back(std::string("guild/") + digit);
  return routing;
}

/// More ranges than shards, as a store has that was split and evened out for long.
routing::ShardMap OfManyRanges(std::size_t splits) {
  routing::RangeTable table{.splits = {}, .shards = {ShardId{0}}};
  for (std::size_t i = 1; i <= splits; ++i) {
    table.splits.push_back("guild/" + std::to_string(1'000'000'000 + i * 400'000));
    table.shards.emplace_back(static_cast<std::uint32_t>(i % kShards));
  }
  return {.shards = kShards, .table = std::move(table)};
}

void Route(benchmark::State& state, const routing::ShardMap& map, std::size_t channels) {
  const std::vector<std::string> names = ChannelNames(channels);
  const auto router = routing::Router::New(map);
  for (const std::string& channel : names) {
    router->FindOrPlace(channel);
    router->EntryStored(channel);
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(router->FindOrPlace(names[next++ % channels]));
}
BENCHMARK_CAPTURE(Route, hash, routing::MakeShardMap(HashRouting{.shards = kShards}), kChannels);
BENCHMARK_CAPTURE(Route, range, routing::MakeShardMap(ByRange()), kChannels);
BENCHMARK_CAPTURE(Route, range_of_10000, OfManyRanges(10'000), kChannels);
BENCHMARK_CAPTURE(Route, directory, routing::MakeShardMap(DirectoryRouting{.shards = kShards}), kChannels);
BENCHMARK_CAPTURE(Route, directory_of_10000, routing::MakeShardMap(DirectoryRouting{.shards = kShards}), 10'000);

}  // namespace
}  // namespace rookery::bench
