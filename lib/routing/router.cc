#include "routing/router.h"

#include <algorithm>

#include "routing/directory_router.h"
#include "routing/hash_router.h"
#include "routing/range_router.h"

namespace rookery::routing {
namespace {

using Entries = Router::Entries;

std::unique_ptr<Router> NewFor(const ShardMap& map, const Entries&, const HashTable&) {
  return std::make_unique<HashRouter>(map);
}
std::unique_ptr<Router> NewFor(const ShardMap& map, const Entries&, const RangeTable&) {
  return std::make_unique<RangeRouter>(map);
}
std::unique_ptr<Router> NewFor(const ShardMap& map, const Entries& entries, const DirectoryTable&) {
  return std::make_unique<DirectoryRouter>(map, entries.directory ? entries.directory : std::make_shared<Directory>(),
                                           entries.placing);
}

}  // namespace

std::vector<ShardId> Router::ShardsOf(std::string_view channel) const {
  const auto home = Find(channel);
  if (!home) return {};
  std::vector<ShardId> shards{*home};
  if (const Spread* spread = SpreadOf(channel)) {
    shards.insert(shards.end(), spread->shards.begin(), spread->shards.end());
    std::sort(shards.begin(), shards.end());
    shards.erase(std::unique(shards.begin(), shards.end()), shards.end());
  }
  return shards;
}

std::unique_ptr<Router> Router::New(const ShardMap& map, const Entries& entries) {
  return std::visit([&](const auto& table) { return NewFor(map, entries, table); }, map.table);
}

}  // namespace rookery::routing
