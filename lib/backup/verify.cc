// How a backup is proved: all its files have their checksums; opened as a store is, and read whole, each shard has the
// counts and the fingerprint that the store had.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "backup/opened_backup.h"
#include "backup/set_directory.h"
#include "backup/work.h"
#include "base/macros.h"
#include "base/system_clock.h"
#include "base/text.h"
#include "cells/cell_catalog.h"
#include "rookery/backup.h"
#include "store/reshard/comparison.h"

namespace rookery::backup {
namespace {

class Verifier {
 public:
  Verifier(const SetDirectory& set, const StoredManifest& stored, const VerifyBackupOptions& options)
      : set_(set),
        manifest_(stored.manifest),
        files_only_(options.files_only),
        keys_(options.encryption),
        scratch_(options.scratch),
        work_(0, options.progress) {}

  Status Run() {
    if (!files_only_) RK_TRY(CheckKeys(set_, manifest_, keys_));
    const BackupInfo info = InfoOf(manifest_);
    work_.Begin("check", info.bytes);
    RK_TRY(Blamed(set_.CheckDirectories(manifest_)));
    for (const ManifestCell& cell : manifest_.cells) {
      for (const ManifestFile& file : cell.files) RK_TRY(CheckFileOf(cell, file));
    }
    if (files_only_) return {};
    RK_TRY(CheckNotEmpty());
    RK_ASSIGN_OR_RETURN(const Scratch scratch, Scratch::Make(set_.path(), scratch_));
    std::uint64_t total = 0;
    for (const BackupCell& cell : info.cells) {
      for (const BackupShard& shard : cell.shards) total += std::min(shard.print.bytes, std::uint64_t{1} << 48);
    }
    work_.Begin("count", total);
    for (const ManifestCell& cell : manifest_.cells) RK_TRY(Blamed(CheckCell(cell, scratch)));
    return {};
  }

  /// Whether it failed by what is in the set: not for want of a key or of room elsewhere.
  bool blames_set() const { return blames_set_; }
  /// The file by which it failed.
  const std::optional<ManifestFile>& damaged() const { return damaged_; }

 private:
  /// Notes that what has failed is the set.
  Status Blamed(Status status) {
    const bool is_other =
        status.ok() || status.code() == StatusCode::kInterrupted || status.code() == StatusCode::kNoSpace;
    if (!is_other) blames_set_ = true;
    return status;
  }

  Status CheckFileOf(const ManifestCell& cell, const ManifestFile& file) {
    Status checked =
        Blamed(CheckFile(set_.PathOf(manifest_.name, cell.cell.name, file), {file.size, file.checksum}, &work_));
    if (blames_set_) damaged_ = file;
    return checked;
  }

  Status CheckNotEmpty() const {
    for (const ManifestCell& cell : manifest_.cells) {
      for (const BackupShard& shard : cell.cell.shards) {
        if (shard.print.rows > 0) return {};
      }
    }
    return {StatusCode::kNotFound, "backup " + manifest_.name +
                                       " is of a store without a single row, so nothing can be proved; look whether it "
                                       "is the right store"};
  }

  Status CheckCell(const ManifestCell& cell, const Scratch& scratch) {
    RK_ASSIGN_OR_RETURN(const assembly::OpenedStore opened, OpenInScratch(set_, manifest_, cell, scratch, keys_));
    if (cell.cell.name == kMainCell) RK_TRY(CheckCells(opened.impl.get()));
    const auto snapshot = opened.impl->context().NewSnapshot();
    Status stopped;
    const store::RowStep step = [&](std::size_t bytes) { return (stopped = work_.Did(bytes)).ok(); };
    const auto contents =
        store::CountShards(opened.impl->context(), *snapshot, opened.impl->context().routes.current(), step);
    RK_TRY(stopped);
    if (!contents) {
      return Status(contents.error()).WithContext("cell " + cell.cell.name + " of backup " + manifest_.name);
    }
    for (std::size_t i = 0; i < contents->size(); ++i) RK_TRY(CheckShard(cell.cell, i, (*contents)[i]));
    return {};
  }

  Status CheckShard(const BackupCell& cell, std::size_t shard, const store::ShardContent& is) const {
    const BackupShard& was = cell.shards[shard];
    if (is.print == was.print && is.messages == was.counts.messages && is.records == was.counts.records &&
        is.attachments == was.counts.attachments) {
      return {};
    }
    return {StatusCode::kCorruption,
            "backup " + manifest_.name +
                " is not what the store had: " + base::ShardName(ShardId{static_cast<std::uint32_t>(shard)}) +
                " of cell " + cell.name + " has " + std::to_string(is.messages) + " messages in " +
                std::to_string(is.print.rows) + " rows, and should have " + std::to_string(was.counts.messages) +
                " in " + std::to_string(was.print.rows) + ", or their fingerprints differ"};
  }

  /// Whether the backup has all cells that its catalog names.
  Status CheckCells(store::StoreImpl* main) const {
    RK_ASSIGN_OR_RETURN(const auto rows, cells::CellCatalog(main).ReadCells());
    std::set<std::string> there(manifest_.left_out.begin(), manifest_.left_out.end());
    for (const ManifestCell& cell : manifest_.cells) there.insert(cell.cell.name);
    for (const codec::CellRow& row : rows) {
      if (there.contains(row.name)) continue;
      return {StatusCode::kCorruption, "backup " + manifest_.name + " lacks cell " + row.name};
    }
    return {};
  }

  const SetDirectory& set_;
  const Manifest& manifest_;
  const bool files_only_;
  const std::optional<EncryptionOptions>& keys_;
  const std::filesystem::path& scratch_;
  Work work_;
  bool blames_set_ = false;
  std::optional<ManifestFile> damaged_;
};

}  // namespace
}  // namespace rookery::backup

namespace rookery {

using backup::SetDirectory;

Result<BackupProof> VerifyBackup(const std::filesystem::path& set, const VerifyBackupOptions& options) {
  RK_ASSIGN_OR_RETURN(const SetDirectory directory, SetDirectory::Open(set, SetDirectory::Access::kRead));
  RK_ASSIGN_OR_RETURN(const std::string name, directory.Choose(options.backup));
  const Result<backup::StoredManifest> stored = directory.Read(name);
  if (!stored) {
    if (stored.error().code() != StatusCode::kFormatNewer) directory.UnmarkVerified(name);
    return stored.error();
  }
  backup::Verifier verifier(directory, *stored, options);
  if (Status proved = verifier.Run(); !proved.ok()) {
    // Whatever it was before: it is not what is to be kept when others are removed.
    if (verifier.blames_set()) directory.UnmarkVerified(name);
    if (verifier.damaged()) directory.UnmarkSharing(*verifier.damaged());
    return proved;
  }
  BackupProof proof{.backup = backup::InfoOf(stored->manifest), .opened = !options.files_only};
  if (proof.opened) {
    // It was proved, whether or not a set that cannot be written can be told.
    const Timestamp now = base::NewSystemClock()->Now();
    const Status marked = directory.MarkVerified(name, stored->checksum, now);
    if (!marked.ok()) proof.not_remembered = marked.message();
    proof.backup.verified_at = now;
  } else {
    proof.backup.verified_at = directory.VerifiedAt(name, stored->checksum);
  }
  return proof;
}

}  // namespace rookery
