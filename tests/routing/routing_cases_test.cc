// Runs tests/cases/routing.txt.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "routing/placement.h"
#include "routing/router.h"
#include "routing/shard_map.h"
#include "tests/support/text_cases.h"

namespace rookery::routing {
namespace {

using testing::NumberOf;
using testing::TextCase;
using testing::Words;

std::string Explained(const Router& router, std::string_view channel) {
  const RouteExplanation explanation = router.Explain(channel);
  std::string line = base::Quoted(channel) + (explanation.placed ? "" : " (not placed)");
  for (const RouteStep& step : explanation.steps) line += "; " + step.name + ": " + step.detail;
  return line + '\n';
}

std::string ExplainedAll(const Router& router, const TextCase& text_case) {
  std::string lines;
  for (const Words& words : text_case.input) lines += Explained(router, words.at(0));
  return lines;
}

/// hash SHARDS, a channel a line.
std::string Hash(const TextCase& text_case) {
  return ExplainedAll(*Router::New(MakeShardMap(HashRouting{NumberOf(text_case.arguments.at(0))})), text_case);
}

/// range SPLIT..., a channel a line.
std::string Range(const TextCase& text_case) {
  return ExplainedAll(*Router::New(MakeShardMap(RangeRouting{text_case.arguments})), text_case);
}

/// directory SHARDS PLACEMENT WEIGHT..., an event a line.
std::string Directory(const TextCase& text_case) {
  static const std::map<std::string, Placement> kPlacements{{"round-robin", Placement::kRoundRobin},
                                                            {"weighted", Placement::kWeighted},
                                                            {"least-loaded", Placement::kLeastLoaded},
                                                            {"hash", Placement::kHash}};
  DirectoryRouting routing{.shards = NumberOf(text_case.arguments.at(0)),
                           .placement = kPlacements.at(text_case.arguments.at(1))};
  for (std::size_t i = 2; i < text_case.arguments.size(); ++i) {
    routing.weights.push_back(NumberOf(text_case.arguments[i]));
  }
  const auto router = Router::New(MakeShardMap(routing));
  std::string lines;
  for (const Words& event : text_case.input) {
    if (event.at(0) == "learn") router->Learn(event.at(1), ShardId{NumberOf(event.at(2))});
    if (event.at(0) == "wrote") router->NoteWritten(ShardId{NumberOf(event.at(1))}, NumberOf(event.at(2)));
    if (event.at(0) == "place") router->FindOrPlace(event.at(1));
    if (event.at(0) == "stored") router->EntryStored(event.at(1));
    if (event.at(0) == "explain") lines += Explained(*router, event.at(1));
  }
  return lines;
}

/// grow FROM TO...: from one to the next, how many slots move and how many each shard then has.
std::string Grow(const TextCase& text_case) {
  std::uint32_t shards = NumberOf(text_case.arguments.at(0));
  auto table = std::get<HashTable>(MakeShardMap(HashRouting{shards}).table);
  std::string lines;
  for (std::size_t i = 1; i < text_case.arguments.size(); ++i) {
    const std::uint32_t grown_shards = NumberOf(text_case.arguments[i]);
    const HashTable grown = GrowHashTable(table, shards, grown_shards);
    std::vector<std::uint32_t> counts(grown_shards);
    std::uint32_t moved = 0;
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      ++counts[grown.shard_of_slot[slot]];
      if (grown.shard_of_slot[slot] != table.shard_of_slot[slot]) ++moved;
    }
    lines += std::to_string(moved) + " slots move; then";
    for (const std::uint32_t count : counts) lines += " " + std::to_string(count);
    lines += '\n';
    table = grown;
    shards = grown_shards;
  }
  return lines;
}

TEST(RoutingCases, AnswerAsWritten) {
  testing::RunTextCases("routing.txt", {{"hash", Hash}, {"range", Range}, {"directory", Directory}, {"grow", Grow}});
}

}  // namespace
}  // namespace rookery::routing
