#include "backup/opened_backup.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "assembly/encryption.h"
#include "assembly/store_directory.h"
#include "assembly/system_error.h"
#include "assembly/witness_file.h"
#include "backup/files.h"
#include "base/macros.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;

/// Bounds what a store takes that is opened to be counted.
constexpr std::size_t kMemory = std::size_t{64} << 20;

Status CheckSame(const store::StoreImpl& impl, const BackupCell& cell) {
  const auto differs = [&](std::string_view what, const std::string& is, const std::string& was) -> Status {
    return {StatusCode::kCorruption,
            "cell " + cell.name + " of the backup has " + std::string(what) + " " + is + ", and the store had " + was};
  };
  const StoreInfo info = impl.info();
  if (info.store_id != cell.store_id) return differs("store id", info.store_id, cell.store_id);
  if (info.shard_map_epoch != cell.epoch) {
    return differs("epoch", std::to_string(info.shard_map_epoch.value), std::to_string(cell.epoch.value));
  }
  const std::uint64_t position = impl.context().engine->position();
  if (position != cell.position) return differs("position", std::to_string(position), std::to_string(cell.position));
  if (info.shards != cell.shards.size()) {
    return differs("shards:", std::to_string(info.shards), std::to_string(cell.shards.size()));
  }
  return {};
}

}  // namespace

fs::path CellPath(const fs::path& store, const std::string& cell) {
  return cell == kMainCell ? store : store / "cells" / cell;
}

Status LayOutCell(const SetDirectory& set, const Manifest& manifest, const ManifestCell& cell, const fs::path& store,
                  const PlaceFile& place) {
  const assembly::StoreDirectory directory(store);
  RK_TRY(MakeDirectory(store));
  RK_TRY(MakeDirectory(directory.engine_path()));
  const ManifestFile* identity = nullptr;
  for (const ManifestFile& file : cell.files) {
    if (file.name == kIdentityFile) {
      identity = &file;
      continue;
    }
    RK_TRY(place(set.PathOf(manifest.name, cell.cell.name, file), file, directory.engine_path() / file.name));
  }
  RK_TRY(SyncDirectory(directory.engine_path()));
  RK_ASSIGN_OR_RETURN(const auto witness,
                      assembly::WitnessFile::Begin(directory.witness_path(), cell.cell.store_id, cell.cell.position,
                                                   /*keys=*/nullptr));  // one that says "closed" names nothing
  RK_TRY(witness->End(cell.cell.position));
  // Last, as when a store is created.
  RK_TRY(place(set.PathOf(manifest.name, cell.cell.name, *identity), *identity, store / identity->name));
  return SyncDirectory(store);
}

Status CheckKeys(const SetDirectory& set, const Manifest& manifest, const std::optional<EncryptionOptions>& keys) {
  const std::string what = "backup " + manifest.name + " in " + set.path().string();
  return assembly::CheckKeysGiven(what, InfoOf(manifest).key_ids, keys);
}

Result<assembly::OpenedStore> OpenCell(const fs::path& store, const ManifestCell& cell,
                                       const std::optional<EncryptionOptions>& keys) {
  StoreOptions options{.mode = OpenMode::kReadOnly};
  options.memory = kMemory;
  options.cache.capacity = 0;
  options.recovery = Recovery::kStrict;
  options.encryption = keys;
  Result<assembly::OpenedStore> opened = assembly::OpenStore(store, options);
  if (!opened) {
    return Status(opened.error()).WithContext("cell " + cell.cell.name + " of the backup cannot be opened");
  }
  RK_TRY(CheckSame(*opened->impl, cell.cell));
  return opened;
}

Result<assembly::OpenedStore> OpenInScratch(const SetDirectory& set, const Manifest& manifest, const ManifestCell& cell,
                                            const Scratch& scratch, const std::optional<EncryptionOptions>& keys) {
  Work quiet(0, {});
  const fs::path store = scratch.path() / cell.cell.name;
  const PlaceFile link = [&quiet](const fs::path& path, const ManifestFile& file, const fs::path& target) -> Status {
    RK_ASSIGN_OR_RETURN(const bool linked, Link(path, target));
    return linked ? Status() : CopyChecked(path, {file.size, file.checksum}, target, &quiet);
  };
  RK_TRY(LayOutCell(set, manifest, cell, store, link));
  return OpenCell(store, cell, keys);
}

Status CheckFiles(const SetDirectory& set, const Manifest& manifest, const ManifestCell& cell, Work* work) {
  RK_TRY(set.CheckDirectories(manifest));
  for (const ManifestFile& file : cell.files) {
    RK_TRY(CheckFile(set.PathOf(manifest.name, cell.cell.name, file), {file.size, file.checksum}, work));
  }
  return {};
}

}  // namespace rookery::backup
