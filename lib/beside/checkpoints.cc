#include "beside/checkpoints.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "assembly/encryption.h"
#include "assembly/store_directory.h"
#include "backup/files.h"
#include "base/boot_id.h"
#include "base/macros.h"
#include "beside/checkpoint_maker.h"
#include "beside/checkpoint_note.h"
#include "beside/readers_directory.h"

namespace rookery::beside {
namespace {

namespace fs = std::filesystem;

/// A store that is opened without readers keeps the last checkpoint for so long: it may be between two openings that
/// serve some.
constexpr std::chrono::hours kForgottenAfter{1};

/// What a checkpoint says, if it can be read.
std::optional<CheckpointNote> ReadUsable(const ReadersDirectory& readers, const std::string& name,
                                         const std::string& store_id) {
  const auto text = backup::ReadSmall(readers.NotePath(name), kMaxNoteBytes);
  if (!text) return std::nullopt;
  auto note = DecodeNote(*text);
  if (!note || note->store_id != store_id || note->boot != base::BootId()) return std::nullopt;
  return note;
}

std::optional<Checkpoints::Known> FindNewest(const cells::CellSet& cells) {
  const ReadersDirectory readers = ReadersOf(cells);
  const auto names = readers.Checkpoints();
  if (!names) return std::nullopt;
  const std::string store_id = cells.main_store().info().store_id;
  const std::vector<std::string> newest_first(names->rbegin(), names->rend());
  for (const std::string& name : newest_first) {
    if (const auto note = ReadUsable(readers, name, store_id)) return Checkpoints::Known{name, note->at};
  }
  return std::nullopt;
}

/// Removes all that are not read, but for `kept`.
Status RemoveAllBut(const cells::CellSet& cells, const std::string& kept) {
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadersOf(cells).Checkpoints());
  for (const std::string& name : names) {
    if (name != kept) RK_TRY(RemoveCheckpoint(cells, name).status());
  }
  return {};
}

/// Whether all its files have the key of the store's new files, or none. Another key is one that somebody wants to be
/// rid of: what it is needed for does not have to stay.
bool IsUnderNewestKey(const cells::CellSet& cells, const std::string& name) {
  const auto identity = assembly::StoreDirectory(cells.main_store().info().path).ReadIdentity();
  if (!identity || identity->key_id.empty()) return true;
  std::vector<fs::path> copies{ReadersOf(cells).PathOf(name)};
  for (const CellReaders& cell : ReadersOfCells(cells)) copies.push_back(cell.directory.PathOf(name));
  return std::ranges::all_of(copies, [&](const fs::path& copy) {
    const auto ids = assembly::KeyIdsOfFiles(assembly::StoreDirectory(copy));
    return !ids || std::ranges::all_of(*ids, [&](const std::string& id) { return id == identity->key_id; });
  });
}

Status RemoveLeftovers(const ReadersDirectory& readers) {
  RK_ASSIGN_OR_RETURN(const std::vector<fs::path> leftovers, readers.Leftovers());
  for (const fs::path& path : leftovers) RK_TRY(backup::RemoveAll(path));
  return {};
}

/// What other cells have of checkpoints that are not there.
Status RemoveOrphans(const cells::CellSet& cells) {
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadersOf(cells).Checkpoints());
  for (const CellReaders& cell : ReadersOfCells(cells)) {
    if (!cell.directory.IsOf(cell.store_id)) continue;
    RK_ASSIGN_OR_RETURN(const std::vector<std::string> parts, cell.directory.Checkpoints());
    for (const std::string& part : parts) {
      if (std::ranges::find(names, part) == names.end()) {
        RK_TRY(backup::RemoveAll(cell.directory.PathOf(part)));
      }
    }
  }
  return {};
}

}  // namespace

Status TidyCheckpoints(const cells::CellSet& cells, const Clock& clock, bool serving) {
  const ReadersDirectory readers = ReadersOf(cells);
  if (!readers.IsOf(cells.main_store().info().store_id)) return {};
  RK_TRY(RemoveLeftovers(readers));
  const auto newest = FindNewest(cells);
  const bool keeps =
      newest && (serving || clock.Now() - newest->at < kForgottenAfter) && IsUnderNewestKey(cells, newest->name);
  RK_TRY(RemoveAllBut(cells, keeps ? newest->name : std::string()));
  return RemoveOrphans(cells);
}

Result<std::unique_ptr<Checkpoints>> Checkpoints::Open(std::shared_ptr<const cells::CellSet> cells,
                                                       std::shared_ptr<const Clock> clock, std::size_t max) {
  RK_TRY(ReadersOf(*cells).Prepare(cells->main_store().info().store_id));
  RK_TRY(TidyCheckpoints(*cells, *clock, /*serving=*/true));
  std::unique_ptr<Checkpoints> checkpoints(new Checkpoints(std::move(cells), std::move(clock), max));
  checkpoints->newest_ = FindNewest(*checkpoints->cells_);
  return checkpoints;
}

Status Checkpoints::Make(const std::function<bool()>& go_on) {
  RK_ASSIGN_OR_RETURN(const std::size_t count, Prune());
  if (count >= max_) {
    return {StatusCode::kBusy, "there are " + std::to_string(count) +
                                   " checkpoints, as many as there may be (serve_readers.max_checkpoints), and readers "
                                   "have them open"};
  }
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadersOf(*cells_).Checkpoints());
  const std::uint64_t number = names.empty() ? 1 : NumberOfCheckpoint(names.back()) + 1;
  const std::string name = NameOfCheckpoint(number);
  RK_ASSIGN_OR_RETURN(const CheckpointNote note, MakeCheckpoint(*cells_, *clock_, name, go_on));
  newest_ = Known{name, note.at};
  return Prune().status();
}

void Checkpoints::ForgetOldKeys() {
  if (newest_ && !IsUnderNewestKey(*cells_, newest_->name)) newest_.reset();
}

Result<std::size_t> Checkpoints::Prune() {
  RK_TRY(RemoveAllBut(*cells_, newest_ ? newest_->name : std::string()));
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadersOf(*cells_).Checkpoints());
  return names.size();
}

}  // namespace rookery::beside
