// How a backup becomes a store: beside its destination, and renamed to it when it is whole.
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "assembly/lock_file.h"
#include "assembly/system_error.h"
#include "backup/channel.h"
#include "backup/opened_backup.h"
#include "backup/set_directory.h"
#include "backup/work.h"
#include "base/macros.h"
#include "cells/cell_catalog.h"
#include "rookery/backup.h"
#include "rookery/store.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;
using assembly::LockFile;
using assembly::SystemError;

/// Where a store is to be, and the directory beside it in which it is made. What is not finished is removed with it.
class Destination {
 public:
  static Result<std::unique_ptr<Destination>> Begin(const fs::path& path) {
    std::error_code error;
    fs::path full = fs::absolute(path, error).lexically_normal();
    if (error) return SystemError(error.value(), "cannot look at", path);
    if (!full.has_filename()) full = full.parent_path();
    RK_TRY(CheckIsFree(full));
    RK_TRY(CheckOutside(full));
    std::unique_ptr<Destination> destination(new Destination(full));
    RK_TRY(destination->Claim());
    return destination;
  }

  ~Destination() {
    if (lock_) static_cast<void>(RemoveAll(part_));
  }
  Destination(const Destination&) = delete;
  Destination& operator=(const Destination&) = delete;

  /// Where it is made.
  fs::path store() const { return part_ / "store"; }

  Status CheckRoom(std::uint64_t bytes) const {
    std::error_code error;
    const fs::space_info space = fs::space(part_, error);
    if (error) return SystemError(error.value(), "cannot look at the disk of", part_);
    if (bytes <= space.available) return {};
    return {StatusCode::kNoSpace, "the backup has " + std::to_string(bytes) + " bytes, and the disk of " +
                                      path_.string() + " has " + std::to_string(space.available) +
                                      " left; make room, or choose another path"};
  }

  Status Finish() {
    RK_TRY(CheckIsFree(path_));
    if (::rename(store().c_str(), path_.c_str()) != 0) {
      if (errno == ENOTEMPTY || errno == EEXIST) return Taken(path_);
      return SystemError(errno, "cannot rename the restored store to", path_);
    }
    return SyncDirectory(path_.parent_path());
  }

 private:
  explicit Destination(fs::path path) : path_(std::move(path)), part_(path_) { part_ += ".restoring"; }

  static Status Taken(const fs::path& path) {
    return {StatusCode::kAlreadyExists, path.string() +
                                            " is not an empty directory, and a restore never overwrites; "
                                            "choose another path"};
  }

  static Status CheckIsFree(const fs::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
      return errno == ENOENT ? Status() : SystemError(errno, "cannot look at", path);
    }
    std::error_code error;
    const bool free = S_ISDIR(status.st_mode) && fs::is_empty(path, error);
    if (error) return SystemError(error.value(), "cannot read", path);
    return free ? Status() : Taken(path);
  }

  /// What a restore that was cut short has left there is removed; nothing else is.
  Status Claim() {
    const fs::path mark = part_ / "RESTORING";
    Status made = MakeDirectory(part_);
    if (made.code() == StatusCode::kAlreadyExists) {
      std::error_code error;
      if (!fs::is_regular_file(fs::symlink_status(mark, error)) && !fs::is_empty(part_, error)) return Taken(part_);
    } else {
      RK_TRY(made);
    }
    RK_ASSIGN_OR_RETURN(lock_, LockFile::Acquire(mark, LockFile::Mode::kExclusive));
    return RemoveAll(store());
  }

  const fs::path path_;
  fs::path part_;
  std::optional<LockFile> lock_;
};

/// Puts the directories of cells, as the catalog has them, to where the cells are now.
Status Relocate(const fs::path& store, const std::optional<EncryptionOptions>& keys) {
  StoreOptions options{.mode = OpenMode::kOpen};
  options.memory = std::size_t{64} << 20;
  options.cache.capacity = 0;
  options.recovery = Recovery::kStrict;
  options.retention_interval = std::chrono::milliseconds{0};
  options.resume_reshard = false;
  options.stats_interval = std::chrono::milliseconds{0};
  options.encryption = keys;
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

  Status Run(Destination* destination) {
    const BackupInfo info = InfoOf(manifest_);
    RK_TRY(destination->CheckRoom(info.bytes));
    RK_TRY(set_.CheckDirectories(manifest_));
    work_.Begin("copy", info.bytes);
    const fs::path store = destination->store();
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
  RK_ASSIGN_OR_RETURN(const auto target, backup::Destination::Begin(destination));
  RestoreReport report{.backup = backup::InfoOf(stored.manifest), .counts = {}, .bytes = 0};
  if (options.channel) {
    RK_ASSIGN_OR_RETURN(report.counts, backup::RestoreOne(set, target->store(), name, options));
  } else {
    RK_TRY(backup::Restorer(directory, stored.manifest, options).Run(target.get()));
    report.counts = report.backup.counts;
    report.bytes = report.backup.bytes;
  }
  RK_TRY(target->Finish());
  return report;
}

}  // namespace rookery
