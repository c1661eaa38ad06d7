// What it costs to make a message's key and to take one apart.
#include <benchmark/benchmark.h>

#include <string>

#include "codec/key_format.h"

namespace rookery::bench {
namespace {

constexpr std::string_view kChannel = "guild/81384788765712384/general";
constexpr MessageId kId{std::uint64_t{1} << 62};

void MakeKey(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(codec::MessageKeyOf(kChannel, kId));
}
BENCHMARK(MakeKey);

void MakeKeyInPlace(benchmark::State& state) {
  std::string key;
  for (auto _ : state) {
    key.clear();
    codec::AppendChannelPrefix(&key, codec::KeyKind::kMessage, kChannel);
    codec::AppendMessageId(&key, kId);
    benchmark::DoNotOptimize(key.data());
  }
}
BENCHMARK(MakeKeyInPlace);

void FindPrefix(benchmark::State& state) {
  const std::string key = codec::MessageKeyOf(kChannel, kId);
  for (auto _ : state) benchmark::DoNotOptimize(codec::ChannelPrefixLength(key));
}
BENCHMARK(FindPrefix);

void DecodeKey(benchmark::State& state) {
  const std::string key = codec::MessageKeyOf(kChannel, kId);
  for (auto _ : state) benchmark::DoNotOptimize(codec::DecodeKey(key));
}
BENCHMARK(DecodeKey);

}  // namespace
}  // namespace rookery::bench
