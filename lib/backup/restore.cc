// How a backup becomes a store, whole or with one channel.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "assembly/store_directory.h"
#include "assembly/unfinished_store.h"
#include "backup/channel.h"
#include "backup/opened_backup.h"
#include "backup/set_directory.h"
#include "backup/work.h"
#include "base/macros.h"
#include "cells/cell_catalog.h"
#include "rookery/backup.h"
#include "rookery/store.h"
#include "routing/shard_map.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;

/// The same keys, the one with which the store's new files were encrypted first: so that it stays under that.
Result<std::optional<EncryptionOptions>> WithNewestFirst(const fs::path& store,
                                                         const std::optional<EncryptionOptions>& keys) {
  RK_ASSIGN_OR_RETURN(const assembly::Identity identity, assembly::StoreDirectory(store).ReadIdentity());
  if (!keys || identity.key_id.empty()) return keys;
  EncryptionOptions sorted = *keys;
  const auto is_newest = [&](const EncryptionKey& key) { return key.id() == identity.key_id; };
  const auto newest = std::ranges::find_if(sorted.keys, is_newest);
  if (newest != sorted.keys.end()) {
    std::rotate(sorted.keys.begin(), newest, newest + 1);
  } else if (sorted.find_key) {
    RK_ASSIGN_OR_RETURN(EncryptionKey key, sorted.find_key(identity.key_id));
    sorted.keys.insert(sorted.keys.begin(), std::move(key));
  }
  return std::optional(std::move(sorted));
}

/// Puts the directories of cells, as the catalog has them, to where the cells are now.
Status Relocate(const fs::path& store, const std::optional<EncryptionOptions>& keys) {
  StoreOptions options{.mode = OpenMode::kOpen};
  options.memory = std::size_t{64} << 20;
  options.cache.capacity = 0;
  options.recovery = Recovery::kStrict;
  options.retention_interval = std::chrono::milliseconds{0};
  options.resume_reshard = false;
  options.stats_interval = std::chrono::milliseconds{0};
  RK_ASSIGN_OR_RETURN(options.encryption, WithNewestFirst(store, keys));
  RK_ASSIGN_OR_RETURN(const assembly::OpenedStore main, assembly::OpenStore(store, options));
  cells::CellCatalog catalog(main.impl.get());
  RK_ASSIGN_OR_RETURN(const auto rows, catalog.ReadCells());
  for (codec::CellRow row : rows) {
    row.directory = "cells/" + row.name;
    RK_TRY(catalog.AddCell(row, {}));
  }
  return main.impl->Close();
}

class Restorer {
 public:
  Restorer(const SetDirectory& set, const Manifest& manifest, const RestoreOptions& options)
      : set_(set), manifest_(manifest), keys_(options.encryption), work_(0, options.progress) {}

  Status Run(const assembly::UnfinishedStore& destination) {
    const BackupInfo info = InfoOf(manifest_);
    RK_TRY(destination.CheckRoom(info.bytes));
    RK_TRY(set_.CheckDirectories(manifest_));
    work_.Begin("copy", info.bytes);
    const fs::path store = destination.store();
    const PlaceFile copy = [this](const fs::path& path, const ManifestFile& file, const fs::path& target) {
      return CopyChecked(path, {file.size, file.checksum}, target, &work_);
    };
    for (const ManifestCell& cell : manifest_.cells) {
      RK_TRY(LayOutCell(set_, manifest_, cell, CellPath(store, cell.cell.name), copy));
      const bool has_others = cell.cell.name == kMainCell && manifest_.cells.size() > 1;
      if (has_others) RK_TRY(MakeDirectory(store / "cells"));
    }
    if (manifest_.cells.size() > 1) RK_TRY(SyncDirectory(store / "cells"));
    RK_TRY(SyncDirectory(store));
    RK_ASSIGN_OR_RETURN(const bool relocate, OpenAll(store));
    if (relocate) RK_TRY(Relocate(store, keys_));
    return SyncDirectory(store);
  }

 private:
  /// Whether each can be opened. True: the catalog has cells elsewhere than they are now.
  Result<bool> OpenAll(const fs::path& store) const {
    bool elsewhere = false;
    for (const ManifestCell& cell : manifest_.cells) {
      RK_ASSIGN_OR_RETURN(const assembly::OpenedStore opened, OpenCell(CellPath(store, cell.cell.name), cell, keys_));
      if (cell.cell.name != kMainCell) continue;
      RK_ASSIGN_OR_RETURN(const auto rows, cells::CellCatalog(opened.impl.get()).ReadCells());
      for (const codec::CellRow& row : rows) elsewhere = elsewhere || row.directory != "cells/" + row.name;
    }
    return elsewhere;
  }

  const SetDirectory& set_;
  const Manifest& manifest_;
  const std::optional<EncryptionOptions>& keys_;
  Work work_;
};

/// With which a new store has the strategy and the shards of this map, though not what was moved among them.
Routing RoutingLike(const routing::ShardMap& map) {
  if (const auto* const range = std::get_if<routing::RangeTable>(&map.table)) {
    return RangeRouting{.splits = range->splits};
  }
  const auto* const directory = std::get_if<routing::DirectoryTable>(&map.table);
  if (directory == nullptr) return HashRouting{.shards = map.shards};
  DirectoryRouting routing{.shards = map.shards, .placement = directory->placement};
  if (directory->placement == Placement::kWeighted) routing.weights = directory->weights;
  // A shard that was closed to new channels is one like the others.
  for (std::uint32_t& weight : routing.weights) weight = std::max(weight, 1U);
  return routing;
}

/// Makes a store at `path` that has nothing but the channel.
Result<BackupCounts> RestoreOne(const fs::path& set, const fs::path& path, const std::string& backup,
                                const RestoreOptions& options) {
  StoreOptions made{.mode = OpenMode::kCreate};
  made.encryption = options.encryption;
  {
    // Ids tell their time by the epoch.
    Work quiet(0, options.progress);
    RK_ASSIGN_OR_RETURN(const ChannelSource source,
                        OpenChannel(set, backup, *options.channel, options.encryption, {}, &quiet));
    const StoreInfo info = source.store.impl->info();
    made.ids.epoch = info.epoch;
    made.routing = RoutingLike(source.store.impl->context().routes.current().map());
    made.bucket_width = std::chrono::duration_cast<std::chrono::minutes>(info.bucket_width);
  }
  RK_ASSIGN_OR_RETURN(Store store, Store::Open(path, made));
  RK_ASSIGN_OR_RETURN(const BackupCounts counts, store.RestoreChannel(set, *options.channel,
                                                                      {.backup = backup,
                                                                       .channel_as = options.channel_as,
                                                                       .encryption = options.encryption,
                                                                       .progress = options.progress}));
  RK_TRY(store.Close());
  return counts;
}

}  // namespace
}  // namespace rookery::backup

namespace rookery {

using backup::SetDirectory;

Result<RestoreReport> RestoreBackup(const std::filesystem::path& set, const std::filesystem::path& destination,
                                    const RestoreOptions& options) {
  if (!options.channel && !options.channel_as.empty()) {
    return Status(StatusCode::kInvalidArgument, "channel_as is for a channel; name the channel as well");
  }
  RK_ASSIGN_OR_RETURN(const SetDirectory directory, SetDirectory::Open(set, SetDirectory::Access::kRead));
  RK_ASSIGN_OR_RETURN(const std::string name, directory.Choose(options.backup));
  RK_ASSIGN_OR_RETURN(const backup::StoredManifest stored, directory.Read(name));
  RK_TRY(backup::CheckKeys(directory, stored.manifest, options.encryption));
  RK_ASSIGN_OR_RETURN(const auto target,
                      assembly::UnfinishedStore::Begin(destination, assembly::UnfinishedStore::kRestore));
  RestoreReport report{.backup = backup::InfoOf(stored.manifest), .counts = {}, .bytes = 0};
  if (options.channel) {
    RK_ASSIGN_OR_RETURN(report.counts, backup::RestoreOne(set, target->store(), name, options));
  } else {
    RK_TRY(backup::Restorer(directory, stored.manifest, options).Run(*target));
    report.counts = report.backup.counts;
    report.bytes = report.backup.bytes;
  }
  RK_TRY(target->Finish());
  return report;
}

}  // namespace rookery
