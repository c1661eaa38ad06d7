#include "store/reshard/job_routes.h"

#include <algorithm>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "routing/directory.h"

namespace rookery::store {

using routing::DirectoryTable;
using routing::ShardMap;

namespace {

bool IsEmpty(const Context& context, engine::KeyspaceId keyspace) {
  const auto cursor = context.engine->NewCursor(keyspace, {.access = engine::Access::kSkip});
  cursor->SeekToFirst();
  return !cursor->valid() && cursor->status().ok();
}

}  // namespace

std::optional<DirectoryTable> PlacingOf(const ReshardJob& job) {
  const DirectoryTable* after = DirectoryOf(job.after);
  if (after == nullptr || DirectoryOf(job.before) == nullptr) return std::nullopt;
  DirectoryTable table = *after;
  table.weights.resize(std::min(job.before.shards, job.after.shards));
  const bool any = std::any_of(table.weights.begin(), table.weights.end(), [](std::uint32_t w) { return w > 0; });
  if (!any) std::fill(table.weights.begin(), table.weights.end(), 1);
  return table;
}

Result<std::shared_ptr<routing::Router>> OtherRouter(const Context& context, const Catalog& catalog,
                                                     const ReshardJob& job, const ShardMap& map) {
  if (DirectoryOf(map) == nullptr) return std::shared_ptr<routing::Router>(routing::Router::New(map));
  const auto shared = context.routes->directory();
  std::shared_ptr<routing::Router> router = routing::Router::New(map, {.directory = shared, .placing = PlacingOf(job)});
  if (shared == nullptr) RK_TRY(catalog.TeachRouter(router.get(), job.families()));
  return router;
}

Status LoadRoutes(Context* context, const Catalog& catalog, const ShardMap& map, const std::optional<ReshardJob>& job) {
  const bool active = job && job->active();
  const std::uint32_t families = active ? std::max(map.shards, job->families()) : map.shards;
  for (std::uint32_t shard = 0; shard < families; ++shard) {
    const std::string name = base::ShardName(ShardId{shard});
    const auto keyspace = context->engine->FindKeyspace(name);
    // A job that was only planned may not have made its shards yet.
    if (!keyspace && shard >= map.shards && job->phase == ReshardPhase::kPlanned) break;
    if (!keyspace) return {StatusCode::kCorruption, name + " is missing; restore the store from a copy"};
    context->routes.Add(*keyspace);
  }
  const bool ends = active && (job->phase == ReshardPhase::kDrop || map.epoch == job->reverted().epoch);
  const bool limited = active && !ends;
  std::shared_ptr<routing::Router> router =
      routing::Router::New(map, {.placing = limited ? PlacingOf(*job) : std::nullopt});
  RK_TRY(catalog.TeachRouter(router.get(), families));
  context->routes.Replace(std::move(router), *context->engine);
  return {};
}

Status MakeFamilies(Context* context, std::uint32_t families) {
  std::vector<std::string> missing;
  for (std::uint32_t shard = context->routes.families(); shard < families; ++shard) {
    const std::string name = base::ShardName(ShardId{shard});
    const auto keyspace = context->engine->FindKeyspace(name);
    if (!keyspace) {
      missing.push_back(name);
    } else if (!IsEmpty(*context, *keyspace)) {
      return {StatusCode::kAlreadyExists,
              name +
                  " is not of the shard map, and not empty: it would be mixed up with what comes; restore the store "
                  "from a copy, or export it and import it into a new one"};
    }
  }
  if (!missing.empty()) RK_TRY(context->engine->CreateKeyspaces(missing));
  for (std::uint32_t shard = context->routes.families(); shard < families; ++shard) {
    context->routes.Add(*context->engine->FindKeyspace(base::ShardName(ShardId{shard})));
  }
  return {};
}

Result<std::vector<std::string>> DropEmptyFamilies(Context* context) {
  std::vector<std::string> kept;
  // Besides the catalog and what the routes know; mostly none, and then no name is tried.
  std::size_t others = context->engine->ListKeyspaces().size() - 1 - context->routes.families();
  for (std::uint32_t shard = context->routes.families(); others > 0 && shard < kMaxShards; ++shard) {
    const std::string name = base::ShardName(ShardId{shard});
    const auto keyspace = context->engine->FindKeyspace(name);
    if (!keyspace) continue;
    --others;
    if (IsEmpty(*context, *keyspace)) {
      RK_TRY(context->engine->DropKeyspace(*keyspace));
    } else {
      kept.push_back(name);
    }
  }
  return kept;
}

}  // namespace rookery::store
