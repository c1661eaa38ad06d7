#include "assembly/mender.h"

#include <fcntl.h>

#include <system_error>
#include <utility>

#include "assembly/open.h"
#include "assembly/recovery.h"
#include "assembly/replace_file.h"
#include "assembly/scratch_engine.h"
#include "assembly/store_examination.h"
#include "assembly/system_error.h"
#include "assembly/witness_file.h"
#include "base/file_error.h"
#include "base/macros.h"
#include "codec/catalog_format.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/data_writer.h"
#include "engine/rocksdb/directory.h"
#include "engine/rocksdb/kept_manifest.h"
#include "engine/rocksdb/listing.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// Without the last `torn` bytes.
Status CopyDurably(const fs::path& from, const fs::path& to, std::uint64_t torn) {
  std::error_code error;
  fs::copy_file(from, DraftOf(to), fs::copy_options::overwrite_existing, error);
  if (error) return SystemError(error.value(), "cannot copy " + from.string() + " to", DraftOf(to));
  if (torn > 0) fs::resize_file(DraftOf(to), fs::file_size(from, error) - torn, error);
  if (error) return SystemError(error.value(), "cannot cut", DraftOf(to));
  RK_TRY(SyncPath(DraftOf(to), O_RDONLY));
  fs::rename(DraftOf(to), to, error);
  if (error) return SystemError(error.value(), "cannot rename", DraftOf(to));
  return SyncPath(to.parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace

Status Mender::RemoveDrafts() {
  for (const fs::path& draft : DraftsIn(directory_)) {
    std::error_code error;
    fs::remove_all(draft, error);  // of a scratch directory the links
    if (error) return SystemError(error.value(), "cannot remove", draft);
    done_.push_back("removed " + draft.string());
  }
  return {};
}

bool Mender::ManifestIsWhole(const std::string& name) const {
  const fs::path engine = directory_.engine_path();
  const auto read = engine::ReadLog(engine / name, keys(), {});
  return read && read->damages.empty() && read->end == read->bytes && read->records > 0 &&
         engine::FindManifestLoss(engine, keys(), /*machine_went_down=*/false).empty();
}

Status Mender::PutManifestBack() {
  const fs::path engine = directory_.engine_path();
  std::error_code error;
  const bool there = fs::is_directory(engine, error);
  if (!there || !engine::FindStrangeFiles(engine).empty()) return {};
  const auto named = engine::ReadCurrent(engine, keys());
  if (!named && base::IsOfAccess(named.error())) return {};  // the examination says so
  const bool whole = named && ManifestIsWhole(*named);
  if (whole && ManifestNamesIn(engine, &error).back() == *named) return {};
  RK_ASSIGN_OR_RETURN(const ScratchEngine scratch, ScratchEngine::Make(DoctorScratch(directory_), engine));
  RK_ASSIGN_OR_RETURN(const ManifestChoice choice, ChooseManifest(engine, scratch, options_));
  // One that the system does not let be read may be whole, and as new as it gets; the examination says so.
  if (!choice.best || choice.is_barred() || (whole && choice.best->name == *named)) return {};
  RK_TRY(scratch.LinkLogs(engine));
  // What the opening of a store that was killed has left is newer, too, and nobody needs it.
  if (whole && TryOut(scratch, engine, *named).ok()) return {};
  Status fits = CheckIsNewest(choice);
  if (fits.ok()) fits = TryOut(scratch, choice.best->directory, choice.best->name);
  if (fits.code() == StatusCode::kNoSpace) return fits;
  if (!fits.ok()) {
    done_.push_back("left the manifest as it is, as " + choice.best->path().string() +
                    " does not lead to all that the store had: " + std::string(fits.message()));
    return {};
  }
  return PutBack(*choice.best, named ? *named : std::string());
}

Status Mender::CheckIsNewest(const ManifestChoice& choice) {
  const std::string newer = choice.NewerLost();
  return newer.empty() ? Status() : Status(StatusCode::kCorruption, "it is older than what is lost: " + newer);
}

Status Mender::PutBack(const FoundManifest& found, const std::string& named) {
  const fs::path engine = directory_.engine_path();
  const fs::path kept = engine::KeptDirectory(engine);
  if (found.directory != engine) {
    // A crash of the machine can leave the copy with half a record at its end.
    RK_ASSIGN_OR_RETURN(const engine::LogSummary read, engine::ReadLog(found.path(), keys(), {}));
    RK_TRY(SetAside(engine / found.name));
    RK_TRY(CopyDurably(found.path(), engine / found.name, read.bytes - read.end));
    done_.push_back("put " + (engine / found.name).string() + " back from " + found.directory.string());
  }
  if (named == found.name) return {};
  RK_TRY(SetAside(engine / "CURRENT"));
  const auto copy = engine::ReadCurrentFile(kept, keys());
  // Byte by byte: of an encrypted store it is as encrypted as it was.
  std::string bytes = copy && copy->manifest == found.name ? copy->bytes : std::string();
  if (bytes.empty()) {
    RK_ASSIGN_OR_RETURN(bytes, engine::FileOf(found.name + "\n", keys()));
  }
  RK_TRY(ReplaceFile(engine / "CURRENT", bytes, FileSync::kYes));
  done_.push_back("put " + (engine / "CURRENT").string() + " back: it names " + found.name);
  return {};
}

Status Mender::TryOut(const ScratchEngine& scratch, const fs::path& from, const std::string& manifest) const {
  RK_ASSIGN_OR_RETURN(const Identity identity, directory_.ReadIdentity());
  RK_ASSIGN_OR_RETURN(const Testimony testimony,
                      WitnessFile::Read(directory_.witness_path(), identity.store_id, keys()));
  RK_TRY(scratch.UseManifest(from, manifest, keys()));
  RK_ASSIGN_OR_RETURN(const engine::Listing listing, engine::ListRocksDb(scratch.directory(), options_));
  for (const engine::ListedFile& file : listing.files) {
    const auto problems = engine::CheckListedFile(scratch.directory(), file, engine::FileCheck::kSize, options_);
    if (!problems.empty()) return {StatusCode::kCorruption, file.name + ": " + problems.front().what};
  }
  const fs::path engine = directory_.engine_path();
  for (const auto& [number, log] : engine::FindLostLogs(engine, engine::ReadLogList(engine))) {
    if (number >= listing.oldest_log) {
      return {StatusCode::kCorruption, "it needs log " + std::to_string(number) + ", which is missing or was cut"};
    }
  }
  RK_ASSIGN_OR_RETURN(const auto found,
                      engine::FindRocksDbPosition(scratch.directory(), options_, codec::kCatalogKeyspace));
  RK_TRY(CheckMayOpen(Compare(testimony, found.position), Recovery::kTail));
  if (!found.gaps.empty()) {
    return {StatusCode::kCorruption, "position " + std::to_string(found.gaps.front().first) +
                                         " is in no log, and in no table that " + manifest + " names"};
  }
  // Whether it has all shards knows the catalog.
  return OpenForExamination(directory_.path(), scratch.directory(), identity, OptionsForDoctor(options_.logger),
                            options_.keys)
      .status();
}

Status Mender::SetAside(const fs::path& path) {
  if (!Exists(path)) return {};
  fs::path aside;
  for (int i = 1; aside.empty() || Exists(aside); ++i) {
    aside = path;
    aside += i == 1 ? ".damaged" : ".damaged-" + std::to_string(i);
  }
  std::error_code error;
  fs::rename(path, aside, error);
  if (error) return SystemError(error.value(), "cannot rename", path);
  done_.push_back("kept the damaged " + path.filename().string() + " as " + aside.string());
  return {};
}

Status Mender::MakeWitness() {
  RK_ASSIGN_OR_RETURN(const Identity identity, directory_.ReadIdentity());
  RK_ASSIGN_OR_RETURN(const auto found, engine::FindRocksDbPosition(directory_.engine_path(), options_));
  const fs::path path = directory_.witness_path();
  RK_TRY(SetAside(path));
  RK_ASSIGN_OR_RETURN(const auto witness, WitnessFile::Begin(path, identity.store_id, found.position, keys()));
  RK_TRY(witness->End(found.position));
  done_.push_back("made " + path.string() + " anew, of what the store has now");
  return {};
}

}  // namespace rookery::assembly
