// How one channel of a backup is brought back: the cell that had it is opened in the set, and the channel is copied by
// the ways that callers write.
#include "backup/channel.h"

#include <map>
#include <utility>

#include "assembly/store_state.h"
#include "base/macros.h"
#include "base/text.h"
#include "cells/cell_catalog.h"
#include "cells/cell_rules.h"
#include "cells/channel_copy.h"
#include "store/limits.h"

namespace rookery::backup {
namespace {

/// The name of the cell that the channel was in.
Result<std::string> CellOf(store::StoreImpl* main, std::string_view channel) {
  const cells::CellCatalog catalog(main);
  RK_ASSIGN_OR_RETURN(const auto rows, catalog.ReadCells());
  RK_ASSIGN_OR_RETURN(const auto placed, catalog.ReadPlaced());
  std::vector<std::string> names{std::string(kMainCell)};
  cells::CellRules rules;
  for (const codec::CellRow& row : rows) {
    for (const std::string& prefix : row.prefixes) {
      rules.AddPrefix(prefix, cells::CellIndex{static_cast<std::uint32_t>(names.size())});
    }
    names.push_back(row.name);
  }
  for (const auto& [placed_channel, cell] : placed) {
    if (placed_channel == channel) return cell;
  }
  return names[rules.Find(channel).value];
}

const ManifestCell* FindCell(const Manifest& manifest, std::string_view name) {
  for (const ManifestCell& cell : manifest.cells) {
    if (cell.cell.name == name) return &cell;
  }
  return nullptr;
}

Status CheckHas(const store::StoreImpl& impl, std::string_view channel, const std::string& backup) {
  RK_ASSIGN_OR_RETURN(const Page page, impl.reads().History(channel, {.limit = 1}, nullptr));
  if (!page.empty()) return {};
  RK_ASSIGN_OR_RETURN(const RecordPage records, impl.reads().ListRecords(channel, {.limit = 1}, nullptr));
  if (!records.records.empty()) return {};
  return {StatusCode::kNotFound, "backup " + backup + " has no channel " + base::Quoted(channel)};
}

}  // namespace

Result<ChannelSource> OpenChannel(const std::filesystem::path& path, const std::string& backup,
                                  std::string_view channel, const std::optional<EncryptionOptions>& given,
                                  const std::optional<EncryptionOptions>& own, Work* work) {
  RK_TRY(store::CheckChannel(channel));
  RK_ASSIGN_OR_RETURN(SetDirectory set, SetDirectory::Open(path, SetDirectory::Access::kRead));
  RK_ASSIGN_OR_RETURN(const std::string name, set.Choose(backup));
  RK_ASSIGN_OR_RETURN(StoredManifest stored, set.Read(name));
  const Manifest& manifest = stored.manifest;
  const auto keys = given || InfoOf(manifest).key_ids.empty() ? given : own;
  RK_TRY(CheckKeys(set, manifest, keys));
  RK_ASSIGN_OR_RETURN(Scratch scratch, Scratch::Make(set.path(), {}));
  work->Begin("check", InfoOf(manifest).bytes);
  RK_TRY(CheckFiles(set, manifest, manifest.cells[0], work));
  RK_ASSIGN_OR_RETURN(assembly::OpenedStore store, OpenInScratch(set, manifest, manifest.cells[0], scratch, keys));
  RK_ASSIGN_OR_RETURN(const std::string cell, CellOf(store.impl.get(), channel));
  if (cell != kMainCell) {
    const ManifestCell* const there = FindCell(manifest, cell);
    if (there == nullptr) {
      return Status(StatusCode::kNotFound, "backup " + name + " was made without cell " + cell + ", in which channel " +
                                               base::Quoted(channel) + " is");
    }
    RK_TRY(CheckFiles(set, manifest, *there, work));
    RK_ASSIGN_OR_RETURN(store, OpenInScratch(set, manifest, *there, scratch, keys));
  }
  RK_TRY(CheckHas(*store.impl, channel, name));
  return ChannelSource{std::move(set), std::move(stored), std::move(scratch), std::move(store)};
}

}  // namespace rookery::backup

namespace rookery {

Result<BackupCounts> Store::RestoreChannel(const std::filesystem::path& set, std::string_view channel,
                                           const ChannelRestoreOptions& options) {
  if (!state_ || state_->impl->closed()) return Status(StatusCode::kClosed, "the store is closed; open it again");
  const std::string target = options.channel_as.empty() ? std::string(channel) : options.channel_as;
  RK_TRY(store::CheckChannel(target));
  RK_TRY(state_->impl->committer().CheckWritable());
  backup::Work work(0, options.progress);
  RK_ASSIGN_OR_RETURN(const backup::ChannelSource source,
                      backup::OpenChannel(set, options.backup, channel, options.encryption, state_->encryption, &work));
  if (source.store.impl->info().epoch != state_->impl->info().epoch) {
    return Status(StatusCode::kInvalidArgument,
                  "the backup's store and this one have ids of different epochs; restore the channel into a new store");
  }
  work.Begin("add", 0);
  Status stopped;
  const auto progress = [&](std::uint64_t) { return (stopped = work.Did(0)).ok(); };
  Result<BackupCounts> counts = Status(StatusCode::kUnavailable, "nothing was restored");
  // What fails in the backup is not the fault of the cell that is written to.
  RK_TRY(state_->cells->Write(target, {}, [&](const cells::ImplPointer& impl, const cells::CellPointer&) -> Status {
    cells::ChannelCopy copy(source.store.impl.get(), impl.get(), channel, target, progress);
    Status added = copy.CheckIsBeginning();
    if (added.ok()) added = copy.Add();
    if (!stopped.ok()) added = stopped;
    if (!added.ok()) {
      counts = std::move(added).WithContext("channel " + base::Quoted(target));
      return {};
    }
    const CellMoveReport& report = copy.report();
    counts = BackupCounts{.messages = report.messages, .records = report.records, .attachments = report.attachments};
    return {};
  }));
  return counts;
}

}  // namespace rookery
