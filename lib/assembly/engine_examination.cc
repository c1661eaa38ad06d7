#include "assembly/engine_examination.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "assembly/manifest_choice.h"
#include "assembly/recovery.h"
#include "base/file_error.h"
#include "base/file_reader.h"
#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "crypto/file_header.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/directory.h"
#include "engine/rocksdb/kept_manifest.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/lost_logs.h"
#include "engine/rocksdb/manifest_keeper.h"
#include "engine/rocksdb/options_file.h"
#include "store/row_name.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRestore =
    "restore the file or the store from a backup; or copy what can be read: rookery salvage STORE NEW_STORE";
constexpr const char* kGiveKey = "give the key, so that the doctor can say more: --key-file";
constexpr const char* kKeptAnew = "one is made when the store is next opened for writing";

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// Whether the copies that are kept can stand in.
bool HasKept(const fs::path& directory, const crypto::KeyRing* keys) {
  const fs::path kept = engine::KeptDirectory(directory);
  const auto manifest = engine::ReadCurrent(kept, keys);
  return manifest && Exists(kept / *manifest);
}

bool HasFileStartingWith(const fs::path& directory, std::string_view start) {
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().filename().string().starts_with(start)) return true;
  }
  return false;
}

/// Whether it is one of the files that nothing can do without, which are encrypted if the database is. What the doctor
/// has put aside has another name.
bool HasHeader(const fs::path& file) {
  constexpr std::string_view kManifest = "MANIFEST-";
  const std::string name = file.filename().string();
  const std::string extension = file.extension().string();
  if (name == "CURRENT" || name == "IDENTITY") return true;
  if (extension == ".sst" || extension == ".blob" || extension == ".log") return true;
  return name.starts_with(kManifest) && name.find_first_not_of("0123456789", kManifest.size()) == std::string::npos;
}

/// From where it is read on.
bool HasOnlyZeros(base::FileReader* file) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const std::size_t size = file->Read(buffer.data(), buffer.size()).value_or(0);
    if (size == 0) return true;
    const std::string_view bytes(buffer.data(), size);
    if (bytes.find_first_not_of('\0') != std::string_view::npos) return false;
  }
}

std::string NameOf(std::string_view key) {
  const auto decoded = codec::DecodeKey(key);
  return decoded ? store::RowName(*decoded) : "key " + base::Quoted(key);
}

/// The writes of the witness's ring between two positions.
std::string LostWrites(const Testimony* testimony, std::uint64_t first, std::uint64_t last) {
  if (testimony == nullptr || testimony->closed) return {};
  const RecoveryReport report = Between(*testimony, first, last);
  return report.runs.empty() ? std::string() : ": " + report.Summary();
}

}  // namespace

std::string RowsBetween(std::string_view smallest, std::string_view largest) {
  return NameOf(smallest) + " to " + NameOf(largest);
}

Result<EngineHealth> EngineExamination::Run() {
  EngineHealth health;
  if (!ExamineDirectory()) return health;
  RK_TRY(findings_.Step(directory_.string(), 0, 0));
  if (options_.keys != nullptr) ExamineHeaders(/*sealed=*/false);
  health.named = ExamineManifest();
  ExamineKept();
  health.logs = ExamineLogs();
  if (health.named) ExaminePosition(&health);
  if (health.named) {
    RK_ASSIGN_OR_RETURN(health.files, ExamineFiles());
  }
  ExamineOptionsFile();
  return health;
}

Status EngineExamination::RunWithoutKey() {
  if (!ExamineDirectory()) return {};
  RK_TRY(findings_.Step(directory_.string(), 0, 0));
  if (!Exists(directory_ / "CURRENT")) {
    findings_.Damage("current_missing", (directory_ / "CURRENT").string(),
                     "the file that says which manifest counts is not there", kGiveKey);
  }
  if (!HasFileStartingWith(directory_, "MANIFEST-")) {
    findings_.Damage("manifest_missing", (directory_ / "MANIFEST").string(),
                     "the file that says which tables count is not there", kGiveKey);
  }
  if (engine::LogNamesIn(directory_).empty()) ReportNoLog();
  ExamineHeaders(/*sealed=*/true);
  return {};
}

bool EngineExamination::ExamineDirectory() {
  if (!Exists(directory_)) {
    findings_.Damage("engine_missing", directory_.string(), "the directory with all messages is not there",
                     "bring the directory back, mount its disk, or restore the store from a backup");
    return false;
  }
  std::error_code error;
  const fs::directory_iterator entry(directory_, error);
  if (error) {
    findings_.Unreadable(directory_.string(), std::string(base::FileError(directory_, "read", error).message()));
    return false;
  }
  const std::vector<fs::path> strange = engine::FindStrangeFiles(directory_);
  for (const fs::path& file : strange) {
    findings_.Unreadable(file.string(), std::string(base::FileReader::Open(file).status().message()));
  }
  return strange.empty();
}

void EngineExamination::ExamineHeaders(bool sealed) {
  for (const fs::path& directory : {directory_, engine::KeptDirectory(directory_)}) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      if (HasHeader(entry->path())) files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) ExamineHeader(file, sealed);
  }
}

void EngineExamination::ExamineHeader(const fs::path& file, bool sealed) {
  auto in = base::FileReader::Open(file);
  if (!in) return;  // whoever reads more of it says so
  std::string bytes(crypto::kHeaderBytes, '\0');
  const auto size = in->Read(bytes.data(), bytes.size());
  if (!size) return;
  bytes.resize(*size);
  // What a crash leaves of a new log has nothing behind it, or zeros.
  const bool unfinished = crypto::IsUnfinishedHeader(bytes);
  if (unfinished && file.extension() == ".log" && HasOnlyZeros(&*in)) return;
  const auto opened = options_.keys != nullptr ? crypto::OpenHeader(bytes, *options_.keys).status() : Status();
  if (opened.code() == StatusCode::kPermission) return;  // told once for all files of that key
  if (!unfinished && crypto::KeyIdOf(bytes) && opened.ok()) return;
  const std::string text =
      "the header with the key of the file is damaged, and without it nothing of the file can be read";
  if (file.parent_path() != directory_) {
    findings_.Note("kept_damaged", file.string(), text, kKeptAnew);
  } else if (sealed || (file.filename() != "CURRENT" && !file.filename().string().starts_with("MANIFEST-"))) {
    findings_.Damage("header_damaged", file.string(), text, sealed ? kGiveKey : kRestore);
  }
}

/// False, as it is damaged.
bool EngineExamination::ReportManifest(std::string code, const fs::path& file, const std::string& text) {
  if (HasKept(directory_, options_.keys.get())) {
    findings_.Mendable(Severity::kDamage, std::move(code), file.string(),
                       text + "; a copy is kept in " + engine::KeptDirectory(directory_).string());
  } else if (HasWholeManifest(directory_, options_.keys.get())) {
    findings_.Mendable(Severity::kDamage, std::move(code), file.string(),
                       text + ", and no copy is kept; but there is a MANIFEST that is whole");
  } else {
    findings_.Damage(std::move(code), file.string(), text + ", and no copy is kept", "restore the store from a backup");
  }
  return false;
}

bool EngineExamination::ExamineManifest() {
  const fs::path current = directory_ / "CURRENT";
  const auto manifest = engine::ReadCurrent(directory_, options_.keys.get());
  if (!manifest && base::IsOfAccess(manifest.error())) {
    findings_.Unreadable(current.string(), std::string(manifest.error().message()));
    return false;
  }
  if (!manifest) {
    const bool there = Exists(current);
    return ReportManifest(there ? "current_damaged" : "current_missing", current,
                          there ? "the file that says which manifest counts is damaged"
                                : "the file that says which manifest counts is not there");
  }
  const fs::path path = directory_ / *manifest;
  const auto read = engine::ReadLog(path, options_.keys.get(), {});
  if (!read && read.error().code() == StatusCode::kNotFound) {
    return ReportManifest("manifest_missing", path, "the file that says which tables count is not there");
  }
  if (!read && base::IsOfAccess(read.error())) {
    findings_.Unreadable(path.string(), std::string(read.error().message()));
    return false;
  }
  if (!read) return ReportManifest("manifest_unreadable", path, std::string(read.error().message()));
  if (!read->damages.empty() || read->end < read->bytes || read->records == 0) {
    const std::uint64_t at = read->damages.empty() ? read->end : read->damages.front().offset;
    return ReportManifest("manifest_damaged", path,
                          "the file that says which tables count is damaged at byte " + std::to_string(at) + " of " +
                              std::to_string(read->bytes));
  }
  const bool machine_went_down = testimony_ != nullptr && !testimony_->closed && !testimony_->same_boot;
  const std::string loss = engine::FindManifestLoss(directory_, options_.keys.get(), machine_went_down);
  if (!loss.empty()) return ReportManifest("manifest_damaged", path, loss);
  return true;
}

void EngineExamination::ExamineKept() {
  if (HasKept(directory_, options_.keys.get())) return;
  const fs::path kept = engine::KeptDirectory(directory_);
  const auto named = engine::ReadCurrent(kept, options_.keys.get());
  if (!named && base::IsOfAccess(named.error())) {
    findings_.Note("kept_unreadable", kept.string(), std::string(named.error().message()),
                   "see to it that it can be read: it stands in for files that are lost");
    findings_.Incomplete();
    return;
  }
  findings_.Note("kept_missing", kept.string(), "no copy of CURRENT and the manifest is kept", kKeptAnew);
}

bool EngineExamination::ExamineLogs() {
  const engine::LogSurvey survey = engine::SurveyLogsOfRocksDb(directory_, options_);
  if (survey.names.empty()) {
    ReportNoLog();
    return false;
  }
  for (const engine::LogLoss& loss : survey.losses) ReportLoss(loss);
  return survey.losses.empty();
}

void EngineExamination::ReportNoLog() {
  findings_.Damage("log_missing", directory_.string(),
                   "there is no log, a file such as 000010.log: what was written last is lost, unless the store had "
                   "been closed",
                   kRestore);
}

void EngineExamination::ReportLoss(const engine::LogLoss& loss) {
  using Kind = engine::LogLoss::Kind;
  if (loss.kind == Kind::kUnreadable) {
    const auto again = engine::ReadLog(directory_ / loss.name, options_.keys.get(), {});
    // What is under a key that was not given is told as such.
    if (!again && base::IsOfAccess(again.error()) && !base::FileReader::Open(directory_ / loss.name)) {
      findings_.Unreadable((directory_ / loss.name).string(), std::string(again.error().message()));
      return;
    }
  }
  const std::string code = loss.kind == Kind::kMissing      ? "log_missing"
                           : loss.kind == Kind::kUnreadable ? "log_unreadable"
                                                            : "log_damaged";
  findings_.Damage(code, (directory_ / loss.name).string(), engine::WordsFor(loss) + "; " + CostOf(loss), kRestore);
}

std::string EngineExamination::CostOf(const engine::LogLoss& loss) const {
  if (loss.kind == engine::LogLoss::Kind::kMisplaced) return "what the log of this name had is not known";
  const bool whole = loss.kind == engine::LogLoss::Kind::kMissing || loss.kind == engine::LogLoss::Kind::kUnreadable;
  const std::string but = whole ? ", unless tables have them" : "";
  if (!loss.last) {
    return "what was written from position " + std::to_string(loss.first) + " on is lost" + but +
           LostWrites(testimony_, loss.first, testimony_ == nullptr ? loss.first : testimony_->applied);
  }
  if (*loss.last < loss.first) return "no write lay there";
  return std::to_string(*loss.last - loss.first + 1) + " writes are lost" + but + ", of position " +
         std::to_string(loss.first) + " to " + std::to_string(*loss.last) +
         LostWrites(testimony_, loss.first, *loss.last);
}

void EngineExamination::ExaminePosition(EngineHealth* health) {
  const auto found = engine::FindRocksDbPosition(directory_, options_);
  if (!found) {
    // What is damaged has a finding of its own, or gets one below.
    health->opening = found.error();
    return;
  }
  health->position = found->position;
  if (!found->gaps.empty()) ExamineGaps(*found, health);
  if (testimony_ == nullptr) return;
  const RecoveryReport report = Compare(*testimony_, found->position);
  if (report.lost == 0) return;
  const std::vector<std::string> logs = engine::LogNamesIn(directory_);
  const fs::path where = logs.empty() ? directory_ : directory_ / logs.back();
  if (CheckMayOpen(report, Recovery::kTail).ok()) {
    findings_.Note("tail_lost", where.string(),
                   report.Summary() + ". They were never synced, and the machine went down",
                   "open the store: it goes on without them");
    return;
  }
  findings_.Damage("writes_missing", where.string(), report.Summary(),
                   "put the newer files back, or restore the store from a backup; or go on without them: rookery "
                   "--recovery salvage");
}

void EngineExamination::ExamineGaps(const engine::RocksDbPosition& found, EngineHealth* health) {
  RecoveryReport report;
  const LostBefore before = AddLostBefore(engine::SurveyLogsOfRocksDb(directory_, options_).losses,
                                          testimony_ == nullptr ? Testimony() : *testimony_, found, &report);
  // What was in a log that is damaged or missing has a finding of its own.
  if (!before.is_in_no_lost_log) return;
  health->logs = false;
  const std::string table = found.unnamed_table.empty() ? "" : "; " + found.unnamed_table + " may have them";
  findings_.Damage(
      "writes_missing", directory_.string(),
      before.words + table + ": the manifest is older than the logs, or a log is missing; " + report.Summary(),
      kRestore);
}

Result<bool> EngineExamination::ExamineFiles() {
  const auto listing = engine::ListRocksDb(directory_, options_);
  if (!listing && base::IsOfAccess(listing.error())) {
    findings_.Unreadable(directory_.string(), std::string(listing.error().message()));
    return false;
  }
  if (!listing) {
    findings_.Damage("manifest_unreadable", directory_.string(), std::string(listing.error().message()),
                     "restore the store from a backup");
    return false;
  }
  families_ = listing->keyspaces.size();
  const auto check = findings_.options().deep ? engine::FileCheck::kBlocks : engine::FileCheck::kSize;
  bool whole = true;
  std::uint64_t done = 0;
  for (const engine::ListedFile& file : listing->files) {
    const fs::path path = directory_ / file.name;
    RK_TRY(findings_.Step(path.string(), done++, listing->files.size()));
    const std::string kind = file.is_blob ? "blob_file" : "table";
    for (const engine::FileProblem& problem : engine::CheckListedFile(directory_, file, check, options_)) {
      whole = false;
      if (problem.of_access) {
        findings_.Unreadable(path.string(), problem.what);
        continue;
      }
      std::string holds =
          file.is_blob ? "it holds about " + std::to_string(file.rows) + " large rows of " + file.keyspace
                       : "it holds rows of " + file.keyspace + " from " + RowsBetween(file.smallest, file.largest);
      if (!problem.key.empty()) holds = "it is " + NameOf(problem.key) + " of " + file.keyspace;
      findings_.Damage(kind + (Exists(path) ? "_damaged" : "_missing"), path.string(), problem.what + "; " + holds,
                       kRestore);
    }
  }
  return whole;
}

void EngineExamination::ExamineOptionsFile() {
  const std::vector<std::string> damaged = engine::DamagedOptionsFiles(directory_, families_, options_);
  constexpr const char* kRemedy =
      "nothing has to be done: it is written anew when the store is next opened for writing";
  for (const std::string& name : damaged) {
    findings_.Note("options_damaged", (directory_ / name).string(),
                   "a file that only says how the engine was set is damaged", kRemedy);
  }
  if (damaged.empty() && !engine::HasOptionsFile(directory_)) {
    findings_.Note("options_missing", (directory_ / "OPTIONS").string(),
                   "the file that only says how the engine was set is not there", kRemedy);
  }
}

}  // namespace rookery::assembly
