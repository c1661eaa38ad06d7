// The doctor: the store's own directory first, then each cell that its catalog names.
#include "rookery/doctor.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include "assembly/encryption.h"
#include "assembly/findings.h"
#include "assembly/lock_file.h"
#include "assembly/mender.h"
#include "assembly/open.h"
#include "assembly/store_examination.h"
#include "base/file_error.h"
#include "base/macros.h"
#include "rookery/store.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

/// A directory of the store's.
struct Place {
  fs::path directory;
  std::optional<assembly::CellMark> mark;  // that it must have; absent: it is the main one

  bool MayBeMended(const Result<assembly::Identity>& identity) const {
    return !mark || (identity && identity->cell == mark);
  }
};

/// What one examination of all directories came to.
struct Examined {
  Diagnosis diagnosis;
  std::vector<Place> places;           // of the store, the main one first
  std::vector<Place> without_witness;  // and with all else
};

Status CheckIsStore(const fs::path& path) {
  const assembly::StoreDirectory directory(path);
  for (const fs::path& file : {directory.identity_path(), directory.engine_path()}) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (fs::exists(status)) return {};
    if (status.type() != fs::file_type::not_found) return base::FileError(file, "look at", error);
  }
  if (std::string hint = assembly::HintAtBackupSet(path); !hint.empty()) return {StatusCode::kNotAStore, hint};
  return {StatusCode::kNotAStore,
          path.string() + " has neither a file ROOKERY nor a directory cell-0000: no store is there"};
}

Result<Examined> Examine(const fs::path& path, const DoctorOptions& options) {
  Examined result;
  assembly::Findings findings(&result.diagnosis, &options);
  const auto examine = [&](const Place& place) {
    assembly::StoreExamination one(place.directory, place.mark, &findings);
    auto cells = one.Run();
    result.places.push_back(place);
    if (one.lacks_only_witness()) result.without_witness.push_back(place);
    return cells;
  };
  RK_ASSIGN_OR_RETURN(const auto cells, examine({.directory = path, .mark = std::nullopt}));
  if (cells.empty()) return result;
  RK_ASSIGN_OR_RETURN(const assembly::Identity identity, assembly::StoreDirectory(path).ReadIdentity());
  for (const codec::CellRow& cell : cells) {
    RK_TRY(examine({.directory = (path / cell.directory).lexically_normal(),
                    .mark = assembly::CellMark{.name = cell.name, .store_id = identity.store_id}})
               .status());
  }
  return result;
}

/// Does something to a directory that nobody else has meanwhile; nothing to one that is another store's.
Status WithLock(const Place& where, std::vector<std::string>* done, const DoctorOptions& options,
                const std::function<Status(assembly::Mender*)>& act) {
  const assembly::StoreDirectory place(where.directory);
  std::error_code error;
  if (!fs::exists(where.directory, error) || !where.MayBeMended(place.ReadIdentity())) return {};
  RK_ASSIGN_OR_RETURN(const assembly::LockFile lock,
                      assembly::LockFile::Acquire(place.lock_path(), assembly::LockFile::Mode::kExclusive));
  const auto read = place.ReadIdentity();
  if (!where.MayBeMended(read)) return {};
  const std::optional<assembly::Identity> identity = read ? std::optional(*read) : std::nullopt;
  RK_ASSIGN_OR_RETURN(const assembly::KeysOfRemains found,
                      assembly::FindKeysOfRemains(place, identity, options.encryption));
  if (found.encrypted && found.keys == nullptr) {
    return NoKeyGiven(place, found.missing.empty() ? identity->key_id : found.missing.front().key_id);
  }
  const engine::RocksDbOptions engine = assembly::EngineOptionsOf(assembly::OptionsForDoctor(options.logger),
                                                                  engine::RocksDbOptions::Mode::kReadOnly, found.keys);
  assembly::Mender mender(where.directory, &engine, done);
  return act(&mender);
}

/// What was seen before the lock was held can be somebody's work a moment later: so it is looked at again.
Status MakeWitness(const Place& place, const DoctorOptions& options, assembly::Mender* mender, bool* made) {
  DoctorOptions quick = options;
  quick.deep = false;
  Diagnosis unused;
  assembly::Findings findings(&unused, &quick);
  assembly::StoreExamination now(place.directory, place.mark, &findings, assembly::StoreExamination::Lock::kHeld);
  RK_TRY(now.Run().status());
  if (!now.lacks_only_witness()) return {};
  RK_TRY(mender->MakeWitness());
  *made = true;
  return {};
}

Finding EndIsUnknown(const Place& place) {
  return {.severity = Severity::kNote,
          .code = "end_unknown",
          .where = assembly::StoreDirectory(place.directory).witness_path().string(),
          .text =
              "the witness was made anew, and the one that was lost alone knew how far the store had come: whether "
              "the log had more behind its last whole record nobody can tell",
          .remedy = "compare the newest messages with what the application or a backup has",
          .mendable = false};
}

/// Whether counts are wrong, and nothing else that would keep the store from being opened.
bool LacksOnlyCounts(const Diagnosis& diagnosis) {
  bool wrong = false;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity == Severity::kDamage && finding.code != "counts_wrong") return false;
    wrong = wrong || finding.code == "counts_wrong";
  }
  return wrong;
}

Status Recount(const fs::path& path, const DoctorOptions& options, std::vector<std::string>* done) {
  StoreOptions wanted = assembly::OptionsForDoctor(options.logger);
  wanted.mode = OpenMode::kOpen;
  wanted.encryption = options.encryption;
  RK_ASSIGN_OR_RETURN(Store store, Store::Open(path, wanted));
  RK_ASSIGN_OR_RETURN(const RepairReport report, store.Repair());
  RK_TRY(store.Close());
  done->push_back("counted " + std::to_string(report.messages) + " messages anew; " +
                  std::to_string(report.buckets_mended) + " counts were wrong");
  return {};
}

}  // namespace

std::string_view SeverityName(Severity severity) { return severity == Severity::kNote ? "note" : "damage"; }

Result<Diagnosis> Diagnose(const fs::path& path, const DoctorOptions& options) {
  RK_TRY(CheckIsStore(path));
  RK_ASSIGN_OR_RETURN(Examined examined, Examine(path, options));
  return std::move(examined.diagnosis);
}

Result<Diagnosis> Mend(const fs::path& path, const DoctorOptions& options) {
  RK_TRY(CheckIsStore(path));
  std::vector<std::string> done;
  const auto mend_files = [](assembly::Mender* mender) -> Status {
    RK_TRY(mender->RemoveDrafts());
    return mender->PutManifestBack();
  };
  RK_TRY(WithLock({.directory = path, .mark = std::nullopt}, &done, options, mend_files));
  DoctorOptions quick = options;
  quick.deep = false;
  RK_ASSIGN_OR_RETURN(const Examined first, Examine(path, quick));
  for (std::size_t i = 1; i < first.places.size(); ++i) {
    RK_TRY(WithLock(first.places[i], &done, options, mend_files));
  }
  DoctorOptions deep = options;
  deep.deep = true;
  RK_ASSIGN_OR_RETURN(Examined examined, Examine(path, deep));
  std::vector<Finding> notes;
  for (const Place& place : examined.without_witness) {
    bool made = false;
    RK_TRY(WithLock(place, &done, options,
                    [&](assembly::Mender* mender) { return MakeWitness(place, options, mender, &made); }));
    if (made) notes.push_back(EndIsUnknown(place));
  }
  if (!examined.without_witness.empty()) {
    RK_ASSIGN_OR_RETURN(examined, Examine(path, deep));
  }
  if (LacksOnlyCounts(examined.diagnosis)) {
    RK_TRY(Recount(path, options, &done));
    RK_ASSIGN_OR_RETURN(examined, Examine(path, deep));
  }
  examined.diagnosis.done = std::move(done);
  std::ranges::move(notes, std::back_inserter(examined.diagnosis.findings));
  return std::move(examined.diagnosis);
}

}  // namespace rookery
