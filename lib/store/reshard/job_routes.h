// The routers of a reshard job, and the shards that it needs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rookery/status.h"
#include "routing/router.h"
#include "routing/shard_map.h"
#include "store/catalog.h"
#include "store/context.h"
#include "store/reshard/job.h"

namespace rookery::store {

/// Null: the map is no directory.
inline const routing::DirectoryTable* DirectoryOf(const routing::ShardMap& map) {
  return std::get_if<routing::DirectoryTable>(&map.table);
}

/// Where new channels go while a job leads from one directory to another: to shards that both maps have, so that they
/// need not move, whatever becomes of the job. nullopt: where the map says.
std::optional<routing::DirectoryTable> PlacingOf(const ReshardJob& job);

/// For `map`, which is one of the job's and not the present one.
Result<std::shared_ptr<routing::Router>> OtherRouter(const Context& context, const Catalog& catalog,
                                                     const ReshardJob& job, const routing::ShardMap& map);

/// Adds the shards of `map`, and those that a job under way needs, to the routes of a store that is being opened, and
/// its router. kCorruption: a shard is missing.
Status LoadRoutes(Context* context, const Catalog& catalog, const routing::ShardMap& map,
                  const std::optional<ReshardJob>& job);

/// Makes the shards up to `families` that there are not.
Status MakeFamilies(Context* context, std::uint32_t families);

/// Drops what jobs of earlier sessions left: shards that no map has any more. Returns the names of those that are not
/// empty, and so stay.
Result<std::vector<std::string>> DropEmptyFamilies(Context* context);

}  // namespace rookery::store
