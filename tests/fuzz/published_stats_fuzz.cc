// ParsePublishedStats: what is understood is written again, and understood again as the same text.
#include "assembly/published_stats.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::testing::FuzzCheck;

namespace assembly = rookery::assembly;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = assembly::ParsePublishedStats(rookery::testing::FuzzInput(data, size));
  if (!parsed) return 0;
  const std::string text = assembly::ToText(*parsed);
  const auto again = assembly::ParsePublishedStats(text);
  FuzzCheck(again.has_value(), "what is written is understood");
  FuzzCheck(assembly::ToText(*again) == text, "and says the same");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  rookery::PublishedStats stats;
  std::vector<std::string> seeds{assembly::ToText(stats)};
  stats.closed = true;
  stats.stats.counters.messages_posted = 7;
  stats.stats.unavailable_reason = "no space";
  stats.stats.cache.hot_channels = {{.channel = std::string("a\n\0b", 4)}};
  seeds.push_back(assembly::ToText(stats));
  return seeds;
}
