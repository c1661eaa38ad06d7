// Runs tests/cases/autopilot.txt. Of all shards the target is 1,000 bytes, and 100 bytes a second where one is told.
//
//   hash SHARDS | range SPLIT... | directory SHARDS     the map there is
//   has CHANNEL BYTES [SHARD]                           SHARD only of a directory
//   bucket CHANNEL NUMBER BYTES                         of one that may be spread; behind its `has`
//   load BYTES...                                       written in a second, by shard
//   target_load|merge_below|min_shards|max_shards|spread_over|budget|copied N
//                                                       options, and what was copied today
//   changed MINUTES                                     ago
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "routing/reshard/autopilot.h"
#include "routing/router.h"
#include "tests/support/text_cases.h"

namespace rookery::routing {
namespace {

using testing::NumberOf;
using testing::TextCase;
using testing::Words;

struct Situation {
  AutopilotOptions options{.target_bytes = 1000, .min_shards = 1, .budget = 0};
  AutopilotPast past;
  std::vector<ChannelWeight> channels;
  std::vector<std::uint64_t> loads;
};

ChannelWeight ChannelOf(const Router& router, const Words& words) {
  const ShardId shard = words.size() > 3 ? ShardId{NumberOf(words[3])} : router.Find(words.at(1)).value_or(ShardId{0});
  return {.channel = words.at(1), .shard = shard, .messages = 1, .bytes = NumberOf(words.at(2))};
}

void Take(const Router& router, const Words& words, Situation* all) {
  const std::string& what = words.at(0);
  if (what == "has") {
    all->channels.push_back(ChannelOf(router, words));
  } else if (what == "bucket") {
    all->channels.back().buckets.push_back(
        {.bucket = NumberOf(words.at(2)), .messages = 1, .bytes = NumberOf(words.at(3))});
  } else if (what == "load") {
    std::transform(words.begin() + 1, words.end(), std::back_inserter(all->loads), NumberOf);
  } else if (what == "changed") {
    all->past.since_change = std::chrono::minutes{NumberOf(words.at(1))};
  } else {
    const std::uint32_t number = NumberOf(words.at(1));
    if (what == "target_load") all->options.target_load = number;
    if (what == "merge_below") all->options.merge_below = number / 100.0;
    if (what == "min_shards") all->options.min_shards = number;
    if (what == "max_shards") all->options.max_shards = number;
    if (what == "spread_over") all->options.spread_over = number;
    if (what == "budget") all->options.budget = number;
    if (what == "copied") all->past.copied_today = number;
  }
}

std::string WordsOf(const std::optional<ReshardRequest>& request) {
  if (!request) return "none";
  if (const auto* split = std::get_if<SplitShard>(&*request)) return "split " + std::to_string(split->shard.value);
  if (const auto* spread = std::get_if<SpreadChannel>(&*request)) {
    return "spread " + spread->channel + " over " + std::to_string(spread->shards);
  }
  const auto& merge = std::get<MergeShards>(*request);
  return "merge " + std::to_string(merge.from.value) + " into " + std::to_string(merge.into.value);
}

std::string Answer(const ShardMap& map, const TextCase& text_case) {
  const auto router = Router::New(map);
  Situation all;
  for (const Words& words : text_case.input) Take(*router, words, &all);
  std::sort(all.channels.begin(), all.channels.end(),
            [](const auto& a, const auto& b) { return a.channel < b.channel; });
  const AutopilotPlan plan = Decide(all.options, map, all.channels, all.loads, all.past);
  EXPECT_EQ(plan.request.has_value(), plan.plan.has_value());
  std::string text = WordsOf(plan.request) + ": " + plan.reason + '\n';
  if (!plan.held_back.empty()) text += "held back: " + plan.held_back + '\n';
  for (const AutopilotFinding& finding : plan.findings) {
    text += std::to_string(finding.shard.value) + ": " + finding.reason + '\n';
  }
  return text;
}

std::string OfHash(const TextCase& text_case) {
  return Answer(MakeShardMap(HashRouting{NumberOf(text_case.arguments.at(0))}), text_case);
}
std::string OfRange(const TextCase& text_case) {
  return Answer(MakeShardMap(RangeRouting{text_case.arguments}), text_case);
}
std::string OfDirectory(const TextCase& text_case) {
  return Answer(MakeShardMap(DirectoryRouting{.shards = NumberOf(text_case.arguments.at(0))}), text_case);
}

TEST(AutopilotCasesTest, DecisionsAreAsWritten) {
  testing::RunTextCases("autopilot.txt", {{"hash", OfHash}, {"range", OfRange}, {"directory", OfDirectory}});
}

}  // namespace
}  // namespace rookery::routing
