// Runs tests/cases/reshard.txt.
//
//   hash SHARDS | range SPLIT... | directory SHARDS     the map there is
//   weighted WEIGHT...                                  a directory, weights of shards that may be 0
//   over CHANNEL SHARD...                               a channel that is spread
//   bucket CHANNEL NUMBER BYTES                         of one that is spread, or is to be; behind its `has`
//   has CHANNEL BYTES [SHARD]                           a message for each 10 bytes; SHARD only of a directory
//   resize N | split SHARD [AT] | merge FROM INTO | move CHANNEL TO | slots FIRST LAST TO | range LOWER UPPER TO
//   | spread CHANNEL N | rebalance bytes|messages | strategy hash N|range SPLIT...|directory N
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "routing/reshard/plan.h"
#include "routing/router.h"
#include "tests/support/text_cases.h"

namespace rookery::routing {
namespace {

using testing::NumberOf;
using testing::TextCase;
using testing::Words;

constexpr std::chrono::hours kDay{24};

ShardId ShardOf(const std::string& text) { return ShardId{NumberOf(text)}; }

Routing RoutingOf(const std::string& strategy, const Words& words) {
  if (strategy == "hash") return HashRouting{NumberOf(words.at(0))};
  if (strategy == "range") return RangeRouting{words};
  return DirectoryRouting{.shards = NumberOf(words.at(0))};
}

ReshardRequest RequestOf(const Words& words) {
  const std::string& what = words.at(0);
  if (what == "resize") return ResizeShards{NumberOf(words.at(1))};
  if (what == "split") return SplitShard{ShardOf(words.at(1)), words.size() > 2 ? words[2] : ""};
  if (what == "merge") return MergeShards{ShardOf(words.at(1)), ShardOf(words.at(2))};
  if (what == "move") return MoveChannel{words.at(1), ShardOf(words.at(2))};
  if (what == "slots") return MoveSlots{NumberOf(words.at(1)), NumberOf(words.at(2)), ShardOf(words.at(3))};
  if (what == "range") return MoveRange{words.at(1), words.at(2), ShardOf(words.at(3))};
  if (what == "spread") return SpreadChannel{words.at(1), NumberOf(words.at(2))};
  if (what == "rebalance") {
    return RebalanceShards{words.at(1) == "bytes" ? ShardWeight::kBytes : ShardWeight::kMessages};
  }
  return ChangeStrategy{RoutingOf(words.at(1), Words(words.begin() + 2, words.end()))};
}

std::vector<ChannelWeight> ChannelsOf(const ShardMap& map, const std::vector<Words>& lines) {
  const auto router = Router::New(map);
  std::vector<ChannelWeight> channels;
  for (const Words& words : lines) {
    if (words.at(0) == "bucket") {
      const std::uint64_t bytes = NumberOf(words.at(3));
      channels.back().buckets.push_back({.bucket = NumberOf(words.at(2)), .messages = bytes / 10, .bytes = bytes});
    }
    if (words.at(0) != "has") continue;
    const std::uint64_t bytes = NumberOf(words.at(2));
    const ShardId shard = words.size() > 3 ? ShardOf(words[3]) : router->Find(words[1]).value_or(ShardId{0});
    channels.push_back({.channel = words[1], .shard = shard, .messages = bytes / 10, .bytes = bytes});
  }
  std::sort(channels.begin(), channels.end(), [](const auto& a, const auto& b) { return a.channel < b.channel; });
  return channels;
}

std::string TextOf(const HashTable& table, std::uint32_t shards) {
  std::vector<std::uint32_t> slots(shards);
  for (const std::uint16_t shard : table.shard_of_slot) ++slots.at(shard);
  std::string text = "slots";
  for (const std::uint32_t count : slots) text += ' ' + std::to_string(count);
  return text;
}
std::string TextOf(const RangeTable& table, std::uint32_t /*shards*/) {
  std::string text = "ranges " + std::to_string(table.shards.front().value);
  for (std::size_t i = 0; i < table.splits.size(); ++i) {
    text += ' ' + base::Quoted(table.splits[i]) + ' ' + std::to_string(table.shards[i + 1].value);
  }
  return text;
}
std::string TextOf(const DirectoryTable& table, std::uint32_t /*shards*/) {
  std::string text = "weights";
  for (const std::uint32_t weight : table.weights) text += ' ' + std::to_string(weight);
  return text;
}

std::string TextOf(const Spread& spread) {
  std::string text = spread.channel + " over";
  for (const ShardId shard : spread.shards) text += ' ' + std::to_string(shard.value);
  return text + '\n';
}

std::string BytesText(const std::vector<std::uint64_t>& bytes) {
  std::string text;
  for (const std::uint64_t of_shard : bytes) text += ' ' + std::to_string(of_shard);
  return text;
}

void ReadSpreads(const std::vector<Words>& lines, ShardMap* map) {
  for (const Words& words : lines) {
    if (words.at(0) != "over") continue;
    map->spreads.push_back({.channel = words.at(1), .shards = {}});
    for (std::size_t i = 2; i < words.size(); ++i) map->spreads.back().shards.push_back(ShardOf(words[i]));
  }
}

std::string Answer(ShardMap map, const TextCase& text_case) {
  ReadSpreads(text_case.input, &map);
  const std::vector<ChannelWeight> channels = ChannelsOf(map, text_case.input);
  const Result<Target> target = PlanTarget(map, channels, RequestOf(text_case.input.back()), kDay);
  if (!target) return target.error().ToString() + '\n';
  EXPECT_EQ(DecodeShardMap(EncodeShardMap(target->map)), target->map);
  EXPECT_EQ(target->map.epoch.value, map.epoch.value + 1);
  const ReshardPlan plan = PlanOf(map, channels, *target);
  std::string text = plan.strategy_after + ' ' + std::to_string(plan.shards_after) + ": " +
                     std::visit([&](const auto& table) { return TextOf(table, plan.shards_after); }, target->map.table);
  text += plan.changes ? "\n" : ", as it is\n";
  for (const Spread& spread : target->map.spreads) text += TextOf(spread);
  for (const auto& [channel, shard] : target->entries) {
    text += base::Quoted(channel) + " -> " + std::to_string(shard.value) + '\n';
  }
  for (const ShardTransfer& transfer : plan.transfers) {
    text += std::to_string(transfer.from.value) + " -> " + std::to_string(transfer.to.value) + ": " +
            std::to_string(transfer.channels) + " channels, " + std::to_string(transfer.messages) + " messages, " +
            std::to_string(transfer.bytes) + " bytes\n";
  }
  return text + "bytes" + BytesText(plan.bytes_before) + " ->" + BytesText(plan.bytes_after) + '\n';
}

testing::TextCommand Planned(const std::string& strategy) {
  return [strategy](const TextCase& text_case) {
    return Answer(MakeShardMap(RoutingOf(strategy, text_case.arguments)), text_case);
  };
}

std::string Weighted(const TextCase& text_case) {
  ShardMap map = MakeShardMap(DirectoryRouting{.shards = static_cast<std::uint32_t>(text_case.arguments.size())});
  auto& weights = std::get<DirectoryTable>(map.table).weights;
  std::transform(text_case.arguments.begin(), text_case.arguments.end(), weights.begin(), NumberOf);
  return Answer(map, text_case);
}

TEST(ReshardCasesTest, PlansAreAsWritten) {
  testing::RunTextCases("reshard.txt", {{"hash", Planned("hash")},
                                        {"range", Planned("range")},
                                        {"directory", Planned("directory")},
                                        {"weighted", Weighted}});
}

}  // namespace
}  // namespace rookery::routing
