#include "assembly/salvaged_catalog.h"

#include <algorithm>

#include "assembly/damaged_walk.h"
#include "base/macros.h"
#include "base/text.h"
#include "codec/catalog_format.h"
#include "routing/shard_map.h"

namespace rookery::assembly {
namespace {

using codec::DirectoryRow;

/// Where the channel is by the map of that epoch.
ShardId PlaceIn(const DirectoryRow& row, Epoch epoch) {
  ShardId shard = row.shard;
  for (const DirectoryRow::Move& move : row.moves) {
    if (move.since <= epoch) shard = move.shard;
  }
  return shard;
}

}  // namespace

Result<SalvagedCatalog> SalvagedCatalog::Read(const engine::Engine& engine, const std::string& cell,
                                              SalvageReport* report) {
  SalvagedCatalog catalog;
  const auto keyspace = engine.FindKeyspace(codec::kCatalogKeyspace);
  if (keyspace) {
    RK_TRY(WalkPastDamage(engine, *keyspace,
                          {.row =
                               [&](std::string_view key, std::string_view value) {
                                 catalog.TakeRow(key, value);
                                 return Status();
                               },
                           .gap =
                               [&](const WalkGap& gap) {
                                 report->notes.push_back("cell " + cell + ": not all of the catalog can be read: " +
                                                         std::string(gap.cause.message()));
                               }}));
  }
  catalog.MakeRouter(engine, cell, report);
  return catalog;
}

void SalvagedCatalog::TakeRow(std::string_view key, std::string_view value) {
  if (key == codec::kBucketWidthKey) {
    if (const auto ms = codec::DecodeU64(value)) {
      bucket_width_ = std::chrono::milliseconds{static_cast<std::int64_t>(*ms)};
    }
  } else if (key.starts_with(codec::kCellPrefix)) {
    if (auto row = codec::DecodeCell(key.substr(codec::kCellPrefix.size()), value)) cells_.push_back(*std::move(row));
  } else if (key.starts_with(codec::kCellRemainsPrefix)) {
    const std::string_view rest = key.substr(codec::kCellRemainsPrefix.size());
    const std::size_t end = rest.find('\0');
    if (end != std::string_view::npos) remains_.emplace(rest.substr(0, end), rest.substr(end + 1));
  } else if (key == codec::kShardMapKey || key == codec::kIdHorizonKey || key == codec::kHighestSuppliedIdKey ||
             key == codec::kLoadsKey || key.starts_with(codec::kDirectoryPrefix) ||
             key.starts_with(codec::kRetentionPrefix) || key.starts_with(codec::kCellChannelPrefix)) {
    rows_[std::string(key)] = value;
  }
}

void SalvagedCatalog::MakeRouter(const engine::Engine& engine, const std::string& cell, SalvageReport* report) {
  const auto stored = rows_.find(std::string(codec::kShardMapKey));
  const auto map = stored == rows_.end() ? std::nullopt : routing::DecodeShardMap(stored->second);
  const std::vector<std::string> keyspaces = engine.ListKeyspaces();
  if (!map) {
    rows_.erase(std::string(codec::kShardMapKey));
    std::erase_if(rows_, [](const auto& row) { return row.first.starts_with(codec::kDirectoryPrefix); });
    shards_ = static_cast<std::uint32_t>(
        std::ranges::count_if(keyspaces, [](const std::string& name) { return name.starts_with("shard-"); }));
    shards_ = std::max(shards_, 1U);
    report->notes.push_back("cell " + cell + ": the shard map is lost; the new store routes " +
                            std::to_string(shards_) + " shards by hash");
    return;
  }
  shards_ = map->shards;
  router_ = routing::Router::New(*map);
  for (auto row = rows_.begin(); row != rows_.end();) {
    if (!row->first.starts_with(codec::kDirectoryPrefix)) {
      ++row;
      continue;
    }
    const auto entry = codec::DecodeDirectoryRow(row->second);
    const ShardId shard = entry ? PlaceIn(*entry, map->epoch) : ShardId{map->shards};
    if (shard.value >= map->shards) {
      row = rows_.erase(row);  // its channel is placed anew
      continue;
    }
    router_->Learn(std::string_view(row->first).substr(codec::kDirectoryPrefix.size()), shard);
    row->second = codec::EncodeDirectoryRow({.shard = shard});
    ++row;
  }
}

}  // namespace rookery::assembly
