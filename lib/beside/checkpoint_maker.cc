#include "beside/checkpoint_maker.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "assembly/lock_file.h"
#include "assembly/published_stats.h"
#include "assembly/store_directory.h"
#include "assembly/system_error.h"
#include "backup/cut.h"
#include "backup/files.h"
#include "backup/manifest.h"
#include "backup/work.h"
#include "base/boot_id.h"
#include "base/macros.h"

namespace rookery::beside {
namespace {

namespace fs = std::filesystem;
using assembly::FileSync;
using assembly::LockFile;
using backup::CutCell;

constexpr std::string_view kLog = ".log";

/// The log that is written to. Names have their numbers with leading zeros.
std::string NewestLog(const std::vector<engine::HeldFile>& files) {
  std::string newest;
  for (const engine::HeldFile& file : files) {
    const auto order = [](const std::string& name) { return std::pair(name.size(), name); };
    if (file.name.ends_with(kLog) && order(file.name) > order(newest)) newest = file.name;
  }
  return newest;
}

Status PlaceFile(const engine::HeldFile& file, const fs::path& target, bool may_grow, backup::Work* work) {
  if (file.content) return backup::WriteNew(target, *file.content, FileSync::kNo);
  if (!may_grow) {
    RK_ASSIGN_OR_RETURN(const bool linked, backup::Link(file.path, target));
    std::error_code error;
    if (linked && (file.never_changes || fs::file_size(target, error) == file.size)) return {};
    RK_TRY(backup::RemoveAll(target));
  }
  return backup::CopyBytes(file.path, file.size, target, work, FileSync::kNo).status();
}

Status CopyIdentity(const fs::path& store, const fs::path& copy) {
  constexpr std::size_t kMaxBytes = 4096;
  RK_ASSIGN_OR_RETURN(const std::string text,
                      backup::ReadSmall(assembly::StoreDirectory(store).identity_path(), kMaxBytes));
  return backup::WriteNew(assembly::StoreDirectory(copy).identity_path(), text, FileSync::kNo);
}

Status CopyCell(const CutCell& cell, const fs::path& copy, backup::Work* work) {
  RK_TRY(backup::RemoveAll(copy));
  RK_TRY(backup::MakeDirectory(copy));
  const fs::path engine = assembly::StoreDirectory(copy).engine_path();
  RK_TRY(backup::MakeDirectory(engine));
  const std::vector<engine::HeldFile>& files = cell.files->files();
  const std::string newest_log = NewestLog(files);
  for (const engine::HeldFile& file : files) {
    // A log that is not written to any more stays as it is, as tables do.
    const bool may_grow = !file.never_changes && (!file.name.ends_with(kLog) || file.name == newest_log);
    RK_TRY(PlaceFile(file, engine / file.name, may_grow, work));
    RK_TRY(work->Did(0));
  }
  return CopyIdentity(cell.directory, copy);
}

class Maker {
 public:
  Maker(const cells::CellSet& cells, const std::string& name, const std::function<bool()>& go_on)
      : cells_(cells),
        name_(name),
        readers_(ReadersOf(cells)),
        work_(0, [&](const BackupProgress&) { return go_on(); }) {}

  Result<CheckpointNote> Run(Timestamp now) {
    Status made;
    Status cut = Cut(now, &made);
    if (made.ok()) made = std::move(cut);
    if (made.ok()) made = Finish();
    if (made.ok()) return std::move(note_);
    GiveUp();
    return made;
  }

 private:
  /// `made`: what became of the copies, which is no cell's fault.
  Status Cut(Timestamp now, Status* made) {
    note_.store_id = cells_.main_store().info().store_id;
    note_.boot = base::BootId();
    note_.at = now;
    std::vector<std::string> left_out;
    RK_TRY(backup::WithCut(cells_, MissingCells::kLeaveOut, &left_out, [&](const std::vector<CutCell>& cut) {
      *made = CopyAll(cut);
      return Status();
    }));
    for (const std::string& name : left_out) {
      const auto cell = cells_.Named(name);
      std::string reason = cell ? (*cell)->reason() : std::string();
      note_.left_out[name] = IsEncrypted() ? assembly::ReasonWithoutNames(std::move(reason)) : std::move(reason);
    }
    return {};
  }

  /// Then nothing may be told in the note, which is not encrypted, that could have the name of a channel.
  bool IsEncrypted() const {
    const auto identity = assembly::StoreDirectory(cells_.main_store().info().path).ReadIdentity();
    return !identity || !identity->key_id.empty();
  }

  Status CopyAll(const std::vector<CutCell>& cut) {
    work_.Begin("checkpoint", 0);
    for (const CutCell& cell : cut) {
      fs::path copy = readers_.DraftPath(name_);
      if (cell.name != backup::kMainCell) {
        const ReadersDirectory of_cell(cell.directory);
        RK_TRY(of_cell.Prepare(cell.impl->info().store_id));
        copy = of_cell.PathOf(name_);
      }
      RK_TRY(CopyCell(cell, copy, &work_));
      note_.positions[cell.name] = cell.position;
    }
    return {};
  }

  Status Finish() {
    const fs::path draft = readers_.DraftPath(name_);
    const fs::path whole = readers_.PathOf(name_);
    RK_TRY(backup::WriteNew(draft / readers_.NotePath(name_).filename(), EncodeNote(note_), FileSync::kNo));
    RK_TRY(backup::WriteNew(draft / readers_.LockPath(name_).filename(), "", FileSync::kNo));
    std::error_code error;
    fs::rename(draft, whole, error);
    return error ? assembly::SystemError(error.value(), "cannot rename", draft) : Status();
  }

  void GiveUp() const {
    static_cast<void>(backup::RemoveAll(readers_.DraftPath(name_)));
    for (const CellReaders& cell : ReadersOfCells(cells_)) {
      if (cell.directory.IsOf(cell.store_id)) static_cast<void>(backup::RemoveAll(cell.directory.PathOf(name_)));
    }
  }

  const cells::CellSet& cells_;
  const std::string& name_;
  const ReadersDirectory readers_;
  backup::Work work_;
  CheckpointNote note_;
};

}  // namespace

Result<CheckpointNote> MakeCheckpoint(const cells::CellSet& cells, const Clock& clock, const std::string& name,
                                      const std::function<bool()>& go_on) {
  // Before the cut: what was acknowledged by then is in it.
  const Timestamp now = clock.Now();
  return Maker(cells, name, go_on).Run(now);
}

Result<bool> RemoveCheckpoint(const cells::CellSet& cells, const std::string& name) {
  const ReadersDirectory readers = ReadersOf(cells);
  const auto lock = LockFile::Acquire(readers.LockPath(name), LockFile::Mode::kExclusive);
  if (!lock && lock.error().code() == StatusCode::kLocked) return false;
  if (!lock) return lock.error();
  std::error_code error;
  fs::rename(readers.PathOf(name), readers.GonePath(name), error);
  if (error) return assembly::SystemError(error.value(), "cannot rename", readers.PathOf(name));
  for (const CellReaders& cell : ReadersOfCells(cells)) {
    if (cell.directory.IsOf(cell.store_id)) RK_TRY(backup::RemoveAll(cell.directory.PathOf(name)));
  }
  RK_TRY(backup::RemoveAll(readers.GonePath(name)));
  return true;
}

ReadersDirectory ReadersOf(const cells::CellSet& cells) { return ReadersDirectory(cells.main_store().info().path); }

std::vector<CellReaders> ReadersOfCells(const cells::CellSet& cells) {
  std::vector<CellReaders> readers;
  for (const cells::CellPointer& cell : cells.All()) {
    if (cell == cells.main()) continue;
    readers.push_back({.directory = ReadersDirectory(cell->directory()), .store_id = cell->row().store_id});
  }
  return readers;
}

}  // namespace rookery::beside
