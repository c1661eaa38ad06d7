// The doctor: the store's own directory first, then each cell that its catalog names.
#include "rookery/doctor.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "assembly/encryption.h"
#include "assembly/findings.h"
#include "assembly/lock_file.h"
#include "assembly/mender.h"
#include "assembly/open.h"
#include "assembly/store_examination.h"
#include "base/macros.h"
#include "rookery/store.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

/// What one examination of all directories came to.
struct Examined {
  Diagnosis diagnosis;
  std::vector<fs::path> directories;      // of the store, the main one first
  std::vector<fs::path> without_witness;  // and with all else
};

Status CheckIsStore(const fs::path& path) {
  const assembly::StoreDirectory directory(path);
  std::error_code error;
  if (fs::exists(directory.identity_path(), error) || fs::exists(directory.engine_path(), error)) return {};
  if (std::string hint = assembly::HintAtBackupSet(path); !hint.empty()) return {StatusCode::kNotAStore, hint};
  return {StatusCode::kNotAStore,
          path.string() + " has neither a file ROOKERY nor a directory cell-0000: no store is there"};
}

Result<Examined> Examine(const fs::path& path, const DoctorOptions& options) {
  Examined result;
  assembly::Findings findings(&result.diagnosis, &options);
  const auto examine = [&](const fs::path& directory, std::optional<assembly::CellMark> mark) {
    assembly::StoreExamination one(directory, std::move(mark), &findings);
    auto cells = one.Run();
    result.directories.push_back(directory);
    if (one.lacks_only_witness()) result.without_witness.push_back(directory);
    return cells;
  };
  RK_ASSIGN_OR_RETURN(const auto cells, examine(path, std::nullopt));
  if (cells.empty()) return result;
  RK_ASSIGN_OR_RETURN(const assembly::Identity identity, assembly::StoreDirectory(path).ReadIdentity());
  for (const codec::CellRow& cell : cells) {
    RK_TRY(examine((path / cell.directory).lexically_normal(),
                   assembly::CellMark{.name = cell.name, .store_id = identity.store_id})
               .status());
  }
  return result;
}

/// Does something to a directory that nobody else has meanwhile.
Status WithLock(const fs::path& directory, std::vector<std::string>* done, const DoctorOptions& options,
                const std::function<Status(assembly::Mender*)>& act) {
  const assembly::StoreDirectory place(directory);
  std::error_code error;
  if (!fs::exists(directory, error)) return {};
  RK_ASSIGN_OR_RETURN(const assembly::LockFile lock,
                      assembly::LockFile::Acquire(place.lock_path(), assembly::LockFile::Mode::kExclusive));
  const auto read = place.ReadIdentity();
  const std::optional<assembly::Identity> identity = read ? std::optional(*read) : std::nullopt;
  RK_ASSIGN_OR_RETURN(const assembly::KeysOfRemains found,
                      assembly::FindKeysOfRemains(place, identity, options.encryption));
  if (found.encrypted && found.keys == nullptr) {
    return NoKeyGiven(place, found.missing.empty() ? identity->key_id : found.missing.front().key_id);
  }
  const engine::RocksDbOptions engine = assembly::EngineOptionsOf(assembly::OptionsForDoctor(options.logger),
                                                                  engine::RocksDbOptions::Mode::kReadOnly, found.keys);
  assembly::Mender mender(directory, &engine, done);
  return act(&mender);
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
  RK_TRY(WithLock(path, &done, options, mend_files));
  DoctorOptions quick = options;
  quick.deep = false;
  RK_ASSIGN_OR_RETURN(const Examined first, Examine(path, quick));
  for (std::size_t i = 1; i < first.directories.size(); ++i) {
    RK_TRY(WithLock(first.directories[i], &done, options, mend_files));
  }
  DoctorOptions deep = options;
  deep.deep = true;
  RK_ASSIGN_OR_RETURN(Examined examined, Examine(path, deep));
  for (const fs::path& directory : examined.without_witness) {
    RK_TRY(WithLock(directory, &done, options, [](assembly::Mender* mender) { return mender->MakeWitness(); }));
  }
  if (!examined.without_witness.empty()) {
    RK_ASSIGN_OR_RETURN(examined, Examine(path, deep));
  }
  if (LacksOnlyCounts(examined.diagnosis)) {
    RK_TRY(Recount(path, options, &done));
    RK_ASSIGN_OR_RETURN(examined, Examine(path, deep));
  }
  examined.diagnosis.done = std::move(done);
  return std::move(examined.diagnosis);
}

}  // namespace rookery
