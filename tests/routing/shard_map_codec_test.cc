// The stored form of a shard map: round trips, the documented examples, and damage of every kind.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "routing/router.h"
#include "routing/shard_map.h"
#include "tests/support/documented_bytes.h"
#include "tests/support/seeded_random.h"

namespace rookery::routing {
namespace {

RangeRouting ThreeRanges() { return {{"guild/", "m"}}; }
DirectoryRouting WeightedDirectory() {
  return {.shards = 3, .placement = Placement::kWeighted, .weights = {1, 2, 300}};
}

ShardMap SpreadMap() {
  ShardMap map = MakeShardMap(ThreeRanges());
  map.spreads = {{.channel = "big", .shards = {ShardId{2}, ShardId{0}}}};
  map.bucket_width = std::chrono::days{10};
  return map;
}

std::vector<ShardMap> Maps() {
  std::vector<ShardMap> maps;
  for (const Routing& routing : {Routing(HashRouting{1}), Routing(HashRouting{4096}), Routing(RangeRouting{}),
                                 Routing(ThreeRanges()), Routing(WeightedDirectory()), Routing(DirectoryRouting{})}) {
    maps.push_back(MakeShardMap(routing));
    maps.back().epoch = Epoch{maps.size() << 40};
  }
  maps.push_back(SpreadMap());
  return maps;
}

/// Nothing that decodes may route out of bounds or have a second encoding.
void ExpectSafe(const std::string& bytes) {
  const auto map = DecodeShardMap(bytes);
  if (!map) return;
  EXPECT_EQ(EncodeShardMap(*map), bytes);
  const auto router = Router::New(*map);
  for (const std::string_view channel : {"a", "general", "guild/1", "zz\xFF"}) {
    EXPECT_LT(router->FindOrPlace(channel).shard.value, map->shards);
    EXPECT_LT(router->Explain(channel).shard.value, map->shards);
    for (std::uint64_t bucket = 0; bucket < 5; ++bucket) {
      EXPECT_LT(router->FindPart({channel, bucket}).value_or(ShardId{0}).value, map->shards);
    }
  }
}

TEST(ShardMapCodec, GivesBackEveryMap) {
  for (const ShardMap& map : Maps()) EXPECT_EQ(DecodeShardMap(EncodeShardMap(map)), map);
}

TEST(ShardMapCodec, NeedsEveryByteAndNoMore) {
  for (const ShardMap& map : Maps()) {
    const std::string bytes = EncodeShardMap(map);
    for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(DecodeShardMap(bytes.substr(0, size)));
    EXPECT_FALSE(DecodeShardMap(bytes + '\0'));
  }
}

TEST(ShardMapCodec, AnyDamageIsSafe) {
  testing::SeededRandom random(51);
  SCOPED_TRACE(random.trace());
  for (const ShardMap& map : Maps()) {
    const std::string bytes = EncodeShardMap(map);
    for (int i = 0; i < 2000; ++i) {
      std::string damaged = bytes;
      // The front, where lengths and counts are, is hit as often as all the rest.
      const std::size_t at = random.Below(random.OneIn(2) ? std::min<std::size_t>(bytes.size(), 40) : bytes.size());
      damaged[at] = static_cast<char>(random.OneIn(2) ? damaged[at] ^ (1 << random.Below(8)) : random.Next());
      ExpectSafe(damaged);
    }
  }
}

TEST(ShardMapCodec, RefusesTablesThatDoNotFitTheShards) {
  ShardMap hash = MakeShardMap(HashRouting{4});
  hash.shards = 3;
  EXPECT_FALSE(DecodeShardMap(EncodeShardMap(hash)));
  ShardMap range = MakeShardMap(ThreeRanges());
  std::get<RangeTable>(range.table).shards[1] = ShardId{3};
  EXPECT_FALSE(DecodeShardMap(EncodeShardMap(range)));
  ShardMap directory = MakeShardMap(WeightedDirectory());
  std::get<DirectoryTable>(directory.table).weights.pop_back();
  EXPECT_FALSE(DecodeShardMap(EncodeShardMap(directory)));
}

TEST(ShardMapCodec, RefusesSpreadsThatNoPlanMakes) {
  const auto refuses = [](void (*change)(ShardMap*)) {
    ShardMap map = SpreadMap();
    change(&map);
    EXPECT_FALSE(DecodeShardMap(EncodeShardMap(map)));
  };
  refuses([](ShardMap* map) { map->spreads[0].shards[1] = ShardId{3}; });
  refuses([](ShardMap* map) { map->spreads[0].shards.clear(); });
  refuses([](ShardMap* map) { map->spreads[0].channel.clear(); });
  refuses([](ShardMap* map) { map->spreads.push_back(map->spreads[0]); });
  refuses([](ShardMap* map) { map->bucket_width = {}; });
  refuses([](ShardMap* map) { map->bucket_width = std::chrono::milliseconds{-1}; });
}

TEST(ShardMapCodec, RefusesTablesThatNoRoutingMakes) {
  ShardMap unsorted = MakeShardMap(ThreeRanges());
  std::get<RangeTable>(unsorted.table).splits = {"m", "guild/"};
  EXPECT_FALSE(DecodeShardMap(EncodeShardMap(unsorted)));
  ShardMap weightless = MakeShardMap(WeightedDirectory());
  std::get<DirectoryTable>(weightless.table).weights = {0, 0, 0};
  EXPECT_FALSE(DecodeShardMap(EncodeShardMap(weightless)));
  ShardMap unknown = MakeShardMap(WeightedDirectory());
  std::get<DirectoryTable>(unknown.table).placement = static_cast<Placement>(4);
  EXPECT_FALSE(DecodeShardMap(EncodeShardMap(unknown)));
  ShardMap without_epoch = MakeShardMap(HashRouting{4});
  without_epoch.epoch = Epoch{0};
  EXPECT_FALSE(DecodeShardMap(EncodeShardMap(without_epoch)));
}

TEST(ShardMapDocs, ExamplesAreAsDocumented) {
  const auto documented = [](std::string_view name) { return testing::DocumentedHexdump("format/shard_map.md", name); };
  EXPECT_EQ(testing::Hexdump(EncodeShardMap(MakeShardMap(ThreeRanges()))), documented("range"));
  EXPECT_EQ(testing::Hexdump(EncodeShardMap(MakeShardMap(WeightedDirectory()))), documented("directory"));
  EXPECT_EQ(testing::Hexdump(EncodeShardMap(SpreadMap())), documented("spread"));
  const std::string hash = EncodeShardMap(MakeShardMap(HashRouting{3}));
  EXPECT_EQ(hash.size(), 14U + 2 * kSlots);
  EXPECT_EQ(testing::Hexdump(std::string_view(hash).substr(0, 32)), documented("hash-beginning"));
}

}  // namespace
}  // namespace rookery::routing
