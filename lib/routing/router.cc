#include "routing/router.h"

#include "routing/directory_router.h"
#include "routing/hash_router.h"
#include "routing/range_router.h"

namespace rookery::routing {
namespace {

std::unique_ptr<Router> NewFor(const ShardMap& map, const HashTable&) { return std::make_unique<HashRouter>(map); }
std::unique_ptr<Router> NewFor(const ShardMap& map, const RangeTable&) { return std::make_unique<RangeRouter>(map); }
std::unique_ptr<Router> NewFor(const ShardMap& map, const DirectoryTable&) {
  return std::make_unique<DirectoryRouter>(map);
}

}  // namespace

std::unique_ptr<Router> Router::New(const ShardMap& map) {
  return std::visit([&](const auto& table) { return NewFor(map, table); }, map.table);
}

}  // namespace rookery::routing
