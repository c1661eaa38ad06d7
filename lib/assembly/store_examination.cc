#include "assembly/store_examination.h"

#include <system_error>
#include <utility>

#include "assembly/lock_file.h"
#include "assembly/open.h"
#include "assembly/replace_file.h"
#include "base/file_error.h"
#include "base/macros.h"
#include "cells/cell_catalog.h"
#include "codec/catalog_format.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRestore =
    "restore the store from a backup; or copy what can be read: rookery salvage STORE NEW_STORE";

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

}  // namespace

StoreOptions OptionsForDoctor(std::shared_ptr<Logger> logger) {
  StoreOptions options;
  options.mode = OpenMode::kReadOnly;
  options.memory = std::size_t{64} << 20;
  options.cache.capacity = 0;
  options.retention_interval = std::chrono::milliseconds{0};
  options.resume_reshard = false;
  options.stats_interval = std::chrono::milliseconds{0};
  options.logger = std::move(logger);
  return options;
}

fs::path DoctorScratch(const StoreDirectory& directory) { return directory.path() / "doctor-scratch"; }

std::vector<fs::path> DraftsIn(const StoreDirectory& directory) {
  std::vector<fs::path> drafts;
  for (const fs::path& file : {directory.identity_path(), directory.witness_path(), directory.stats_path()}) {
    if (Exists(DraftOf(file))) drafts.push_back(DraftOf(file));
  }
  for (const fs::path& place : {directory.engine_path(), engine::KeptDirectory(directory.engine_path())}) {
    std::error_code error;
    fs::directory_iterator entry(place, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      if (entry->path().extension() == ".new") drafts.push_back(entry->path());
    }
  }
  std::error_code error;
  if (fs::is_directory(fs::symlink_status(DoctorScratch(directory), error))) drafts.push_back(DoctorScratch(directory));
  return drafts;
}

Result<std::vector<codec::CellRow>> StoreExamination::Run() {
  if (lock_ == Lock::kHeld) {
    if (!ExamineIdentity()) return std::vector<codec::CellRow>();
    return ExamineUnlocked();
  }
  const auto lock = LockFile::Watch(directory_.lock_path());
  if (!ExamineIdentity()) return std::vector<codec::CellRow>();
  if (!lock && lock.error().code() != StatusCode::kNotFound) {
    findings_.Note(lock.error().code() == StatusCode::kLocked ? "in_use" : "lock_unreadable",
                   directory_.lock_path().string(), std::string(lock.error().message()),
                   "close it there to have the rest examined");
    findings_.Incomplete();
    return std::vector<codec::CellRow>();
  }
  return ExamineUnlocked();
}

Result<std::vector<codec::CellRow>> StoreExamination::ExamineUnlocked() {
  ExamineDrafts();
  RK_ASSIGN_OR_RETURN(const KeysOfRemains found,
                      FindKeysOfRemains(directory_, identity_, findings_.options().encryption));
  ReportMissingKeys(found);
  keys_ = found.keys;
  if (found.encrypted && keys_ == nullptr) return ExamineSealed();
  Result<Testimony> testimony = Status(StatusCode::kCorruption, "whose witness it is cannot be told");
  if (identity_) testimony = WitnessFile::Read(directory_.witness_path(), identity_->store_id, keys_.get());
  const engine::RocksDbOptions options =
      EngineOptionsOf(OptionsForDoctor(findings_.options().logger), engine::RocksDbOptions::Mode::kReadOnly, keys_);
  EngineExamination engine(directory_.engine_path(), &options, testimony ? &*testimony : nullptr, &findings_);
  RK_ASSIGN_OR_RETURN(const EngineHealth health, engine.Run());
  if (!testimony && identity_) ReportWitness(testimony.error(), health, options);
  if (!health.named || !identity_) {
    findings_.Incomplete();
    return std::vector<codec::CellRow>();
  }
  if (!health.opening.ok()) {
    ReportUnreadable(health.opening);
    return std::vector<codec::CellRow>();
  }
  return ExamineStore();
}

bool StoreExamination::ExamineIdentity() {
  const fs::path path = directory_.identity_path();
  constexpr const char* kPutBack =
      "put the file back from a copy of the store; or copy what can be read: rookery salvage STORE NEW_STORE";
  auto identity = directory_.ReadIdentity();
  if (!identity && identity.error().code() == StatusCode::kNotFound) {
    findings_.Damage("identity_missing", path.string(),
                     "the file that says what store this is, is not there: it was lost, or creating the store was cut "
                     "short",
                     kPutBack);
    return true;
  }
  if (!identity && base::IsOfAccess(identity.error())) {
    findings_.Unreadable(path.string(), std::string(identity.error().message()));
    return true;
  }
  if (!identity) {
    const bool newer = identity.error().code() == StatusCode::kFormatNewer;
    findings_.Damage(newer ? "format_newer" : "identity_damaged", path.string(),
                     std::string(identity.error().message()), newer ? "use the newer version of rookery" : kPutBack);
    return true;
  }
  if (expected_ && identity->cell != expected_) {
    findings_.Damage("cell_foreign", path.string(), "this is not cell " + expected_->name + " of this store",
                     "put the cell's directory back; of what lies there nothing more is examined, and nothing mended");
    findings_.Incomplete();
    return false;
  }
  identity_ = *std::move(identity);
  return true;
}

void StoreExamination::ReportMissingKeys(const KeysOfRemains& found) {
  for (const KeysOfRemains::Missing& key : found.missing) {
    const std::string files = std::to_string(key.files) + " files, such as " + key.example + ", need key " +
                              key.key_id + ", which was not given";
    if (found.keys == nullptr) {
      findings_.Note("key_needed", directory_.path().string(),
                     files + ": without it nobody can tell more than what is there", "give the key: --key-file");
    } else {
      findings_.Damage("key_unknown", directory_.path().string(),
                       files + "; or the header of such a file is damaged, and there never was that key",
                       "give that key too: --key-file; or copy what can be read: rookery salvage STORE NEW_STORE");
    }
    findings_.Incomplete();
  }
}

Result<std::vector<codec::CellRow>> StoreExamination::ExamineSealed() {
  findings_.Incomplete();
  if (!Exists(directory_.witness_path())) {
    findings_.Damage("witness_missing", directory_.witness_path().string(), "the witness is not there",
                     "give the key, so that the doctor can say more: --key-file");
  }
  const engine::RocksDbOptions options =
      EngineOptionsOf(OptionsForDoctor(findings_.options().logger), engine::RocksDbOptions::Mode::kReadOnly, nullptr);
  RK_TRY(EngineExamination(directory_.engine_path(), &options, nullptr, &findings_).RunWithoutKey());
  return std::vector<codec::CellRow>();
}

void StoreExamination::ExamineDrafts() {
  for (const fs::path& draft : DraftsIn(directory_)) {
    findings_.Mendable(Severity::kNote, "draft", draft.string(),
                       "a file that was being written when something was cut short; nothing needs it");
  }
}

bool StoreExamination::IsForeignIdentity(const engine::RocksDbOptions& options) {
  const auto engine = engine::OpenRocksDbEngine(directory_.engine_path(), options);
  const auto catalog = engine ? (*engine)->FindKeyspace(codec::kCatalogKeyspace) : std::nullopt;
  if (!catalog) return false;
  const auto row = (*engine)->Get(*catalog, codec::kIdentityKey);
  const auto stored = row && *row != nullptr ? codec::DecodeIdentity((*row)->view()) : std::nullopt;
  if (!stored || stored->store_id == identity_->store_id) return false;
  const bool agrees = WitnessFile::Read(directory_.witness_path(), stored->store_id, keys_.get()).has_value();
  findings_.Damage(
      "identity_foreign", directory_.identity_path().string(),
      "it is of store " + identity_->store_id + ", and the catalog of store " + stored->store_id +
          (agrees ? ", as is the witness: it is the file of another store" : ": pieces of two stores were mixed"),
      "put this store's own file ROOKERY back from a copy; or copy what can be read: rookery salvage STORE "
      "NEW_STORE");
  return true;
}

void StoreExamination::ReportWitness(const Status& unreadable, const EngineHealth& health,
                                     const engine::RocksDbOptions& options) {
  const fs::path path = directory_.witness_path();
  if (base::IsOfAccess(unreadable)) {
    findings_.Unreadable(path.string(), std::string(unreadable.message()));
    return;
  }
  // Which of the two is wrong the catalog knows.
  if (health.position && IsForeignIdentity(options)) return;
  const std::string code = Exists(path) ? "witness_damaged" : "witness_missing";
  lacks_only_witness_ = health.named && health.logs && health.files && health.position.has_value();
  if (lacks_only_witness_) {
    findings_.Mendable(Severity::kDamage, code, path.string(), std::string(unreadable.message()));
    return;
  }
  findings_.Damage(code, path.string(), std::string(unreadable.message()),
                   "mend what else is wrong first; or go on with what there is: rookery --recovery salvage");
}

void StoreExamination::ReportUnreadable(const Status& opening) {
  if (base::IsOfAccess(opening)) {
    findings_.Unreadable(directory_.path().string(), "the rows were not examined, as the store cannot be opened: " +
                                                         std::string(opening.message()));
    return;
  }
  findings_.Damage("store_unreadable", directory_.path().string(),
                   "the rows were not examined, as the store cannot be opened: " + std::string(opening.message()),
                   kRestore);
  findings_.Incomplete();
}

Result<std::vector<codec::CellRow>> StoreExamination::ExamineStore() {
  const auto store = OpenForExamination(directory_.path(), directory_.engine_path(), *identity_,
                                        OptionsForDoctor(findings_.options().logger), keys_);
  if (!store) {
    ReportUnreadable(store.error());
    return std::vector<codec::CellRow>();
  }
  if (findings_.options().deep) RK_TRY(ExamineRows(store->get()));
  auto cells = cells::CellCatalog(store->get()).ReadCells();
  if (!cells && base::IsOfAccess(cells.error())) {
    findings_.Unreadable(directory_.engine_path().string(), std::string(cells.error().message()));
    return std::vector<codec::CellRow>();
  }
  if (!cells) {
    findings_.Damage("catalog_damaged", directory_.engine_path().string(), std::string(cells.error().message()),
                     kRestore);
    return std::vector<codec::CellRow>();
  }
  RK_TRY((*store)->Close());
  return cells;
}

Status StoreExamination::ExamineRows(store::StoreImpl* store) {
  const std::string path = directory_.path().string();
  const auto report = store->Verify(
      {.max_problems = findings_.options().max_rows, .progress = [&](std::uint64_t done, std::uint64_t total) {
         return findings_.Step(path + ", rows", done, total).ok();
       }});
  if (!report && report.error().code() == StatusCode::kInterrupted) return report.error();
  if (!report && base::IsOfAccess(report.error())) {
    findings_.Unreadable(path, "not all rows could be examined: " + std::string(report.error().message()));
    return {};
  }
  if (!report) {
    findings_.Damage("rows_unreadable", path,
                     "not all rows could be examined: " + std::string(report.error().message()), kRestore);
    findings_.Incomplete();
    return {};
  }
  for (const VerifyProblem& problem : report->problems) {
    if (problem.repairable) {
      findings_.Mendable(Severity::kDamage, "counts_wrong", problem.where, problem.what);
    } else {
      findings_.Damage("row_damaged", problem.where, problem.what, kRestore);
    }
  }
  if (report->problem_count > report->problems.size()) {
    findings_.Damage("more_rows", path,
                     std::to_string(report->problem_count - report->problems.size()) + " more problems of rows",
                     "see them all: rookery verify STORE");
  }
  return {};
}

}  // namespace rookery::assembly
