// What it costs to make a message's value, to check it, and to read it.
#include <benchmark/benchmark.h>

#include <string>

#include "codec/message_codec.h"
#include "rookery/options.h"

namespace rookery::bench {
namespace {

constexpr MessageId kId{std::uint64_t{1} << 62};

codec::MessageFields FieldsWith(const std::string& content) { return {.author = "somebody", .content = content}; }

void EncodeMessage(benchmark::State& state) {
  const std::string content(static_cast<std::size_t>(state.range(0)), 'x');
  codec::RowEncoder encoder;
  for (auto _ : state) benchmark::DoNotOptimize(encoder.EncodeMessage(FieldsWith(content)));
}
BENCHMARK(EncodeMessage)->Arg(20)->Arg(200)->Arg(20'000);

void DecodeMessage(benchmark::State& state) {
  const std::string content(static_cast<std::size_t>(state.range(0)), 'x');
  codec::RowEncoder encoder;
  const std::string value(encoder.EncodeMessage(FieldsWith(content)));
  for (auto _ : state) benchmark::DoNotOptimize(codec::DecodeMessage(value, kId, IdOptions{}.epoch));
}
BENCHMARK(DecodeMessage)->Arg(20)->Arg(200)->Arg(20'000);

void ReadContent(benchmark::State& state) {
  codec::RowEncoder encoder;
  const std::string value(encoder.EncodeMessage(FieldsWith("hello")));
  const auto message = codec::DecodeMessage(value, kId, IdOptions{}.epoch);
  for (auto _ : state) benchmark::DoNotOptimize(message->content());
}
BENCHMARK(ReadContent);

}  // namespace
}  // namespace rookery::bench
