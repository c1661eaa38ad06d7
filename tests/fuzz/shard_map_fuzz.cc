// DecodeShardMap: a map that decodes has one encoding, and its router routes within it.
#include "routing/router.h"
#include "routing/shard_map.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::testing::FuzzCheck;

namespace routing = rookery::routing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  const auto map = routing::DecodeShardMap(input);
  if (!map) return 0;
  FuzzCheck(routing::EncodeShardMap(*map) == input, "a map has one encoding");
  const auto router = routing::Router::New(*map);
  for (const std::string_view channel : {"a", "general", "guild/7/general", "zz\xFF"}) {
    const auto shard = router->FindOrPlace(channel).shard;
    FuzzCheck(shard.value < map->shards, "the shard is one of the map's");
    FuzzCheck(router->Find(channel) == shard, "a channel stays in its shard");
    FuzzCheck(router->Explain(channel).shard == shard, "the explanation is of that shard");
  }
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  using rookery::DirectoryRouting;
  using rookery::HashRouting;
  using rookery::Placement;
  using rookery::RangeRouting;
  const auto encoded = [](const rookery::Routing& wanted) {
    return routing::EncodeShardMap(routing::MakeShardMap(wanted));
  };
  return {encoded(HashRouting{3}), encoded(RangeRouting{}), encoded(RangeRouting{{"dm/", "guild/", "m"}}),
          encoded(DirectoryRouting{.shards = 5}),
          encoded(DirectoryRouting{.shards = 3, .placement = Placement::kWeighted, .weights = {1, 2, 300}})};
}
