#include "assembly/mender.h"

#include <fcntl.h>

#include <system_error>
#include <utility>

#include "assembly/recovery.h"
#include "assembly/replace_file.h"
#include "assembly/scratch_engine.h"
#include "assembly/store_examination.h"
#include "assembly/system_error.h"
#include "assembly/witness_file.h"
#include "base/macros.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/kept_manifest.h"
#include "engine/rocksdb/listing.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// Every record of it is whole.
bool IsWholeLog(const fs::path& path, const crypto::KeyRing* keys) {
  const auto read = engine::ReadLog(path, keys, {});
  return read && read->damages.empty() && read->end == read->bytes && read->records > 0;
}

Status CopyDurably(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, DraftOf(to), fs::copy_options::overwrite_existing, error);
  if (error) return SystemError(error.value(), "cannot copy", from);
  RK_TRY(SyncPath(DraftOf(to), O_RDONLY));
  fs::rename(DraftOf(to), to, error);
  if (error) return SystemError(error.value(), "cannot rename", DraftOf(to));
  return SyncPath(to.parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace

Status Mender::RemoveDrafts() {
  for (const fs::path& draft : DraftsIn(directory_)) {
    std::error_code error;
    fs::remove(draft, error);
    if (error) return SystemError(error.value(), "cannot remove", draft);
    done_.push_back("removed " + draft.string());
  }
  return {};
}

bool Mender::ManifestIsWhole() const {
  const fs::path engine = directory_.engine_path();
  const auto manifest = engine::ReadCurrent(engine, keys());
  return manifest && IsWholeLog(engine / *manifest, keys()) &&
         engine::FindManifestLoss(engine, keys(), /*machine_went_down=*/false).empty();
}

Status Mender::PutManifestBack() {
  const fs::path engine = directory_.engine_path();
  const fs::path kept = engine::KeptDirectory(engine);
  if (!Exists(engine) || ManifestIsWhole()) return {};
  const auto manifest = engine::ReadCurrent(kept, keys());
  if (!manifest) return {};
  // The original is newer than its copy: it may be that only CURRENT is lost.
  const bool original =
      IsWholeLog(engine / *manifest, keys()) && engine::BeginsWith(engine / *manifest, kept / *manifest);
  const Status fits = TryOut(original ? engine : kept, *manifest);
  if (!fits.ok()) {
    done_.push_back("left the manifest as it is, as the copy in " + kept.string() +
                    " does not lead to all that the store had: " + std::string(fits.message()));
    return {};
  }
  RK_TRY(SetAside(engine / "CURRENT"));
  if (!original) {
    RK_TRY(SetAside(engine / *manifest));
    RK_TRY(CopyDurably(kept / *manifest, engine / *manifest));
    done_.push_back("put " + (engine / *manifest).string() + " back from " + kept.string());
  }
  // Byte by byte: of an encrypted store both are as encrypted as they were.
  RK_TRY(CopyDurably(kept / "CURRENT", engine / "CURRENT"));
  done_.push_back("put " + (engine / "CURRENT").string() + " back: it names " + *manifest);
  return {};
}

Status Mender::TryOut(const fs::path& from, const std::string& manifest) const {
  if (!IsWholeLog(from / manifest, keys())) {
    return {StatusCode::kCorruption, (from / manifest).string() + " is damaged"};
  }
  RK_ASSIGN_OR_RETURN(const Identity identity, directory_.ReadIdentity());
  RK_ASSIGN_OR_RETURN(const Testimony testimony,
                      WitnessFile::Read(directory_.witness_path(), identity.store_id, keys()));
  RK_ASSIGN_OR_RETURN(const ScratchEngine scratch,
                      ScratchEngine::Make(directory_.path() / "doctor-scratch", directory_.engine_path()));
  RK_TRY(scratch.UseManifest(from, manifest, keys()));
  RK_TRY(scratch.LinkLogs(directory_.engine_path()));
  RK_ASSIGN_OR_RETURN(const engine::Listing listing, engine::ListRocksDb(scratch.directory(), options_));
  for (const engine::ListedFile& file : listing.files) {
    const auto problems = engine::CheckListedFile(scratch.directory(), file, engine::FileCheck::kSize, options_);
    if (!problems.empty()) return {StatusCode::kCorruption, file.name + ": " + problems.front().what};
  }
  RK_ASSIGN_OR_RETURN(const auto found, engine::FindRocksDbPosition(scratch.directory(), options_));
  return CheckMayOpen(Compare(testimony, found.position), Recovery::kTail);
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
