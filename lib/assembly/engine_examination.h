// Examines the engine's directory of a store, file by file, without writing to it: each check by itself, going on past
// what is damaged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "assembly/findings.h"
#include "assembly/witness_file.h"
#include "engine/rocksdb/listing.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/rocksdb_engine.h"

namespace rookery::assembly {

/// What became of it, for who goes on from there.
struct EngineHealth {
  bool named = false;                       // CURRENT and MANIFEST are whole
  bool logs = false;                        // all that must be there are, and are whole
  bool files = false;                       // all that the manifest names are there and whole
  std::optional<std::uint64_t> position{};  // as Open would find it; absent: it would not open, or was not tried
  Status opening{};                         // why it would not
};

/// Which rows lie between two keys, in words.
std::string RowsBetween(std::string_view smallest, std::string_view largest);

class EngineExamination {
 public:
  /// `testimony` may be null: there is none. All must outlive it.
  EngineExamination(std::filesystem::path directory, const engine::RocksDbOptions* options, const Testimony* testimony,
                    Findings* findings)
      : directory_(std::move(directory)), options_(*options), testimony_(testimony), findings_(*findings) {}

  /// kInterrupted only.
  Result<EngineHealth> Run();
  /// What can be said of an encrypted one without its key: what is not there, and which headers are damaged.
  Status RunWithoutKey();

 private:
  /// False: it is not there, or cannot be read without harm, which is told.
  bool ExamineDirectory();
  /// Of files that are encrypted. `sealed`: without the keys.
  void ExamineHeaders(bool sealed);
  void ExamineHeader(const std::filesystem::path& file, bool sealed);
  bool ExamineManifest();
  bool ReportManifest(std::string code, const std::filesystem::path& file, const std::string& text);
  void ExamineKept();
  bool ExamineLogs();
  void ReportNoLog();
  void ReportLoss(const engine::LogLoss& loss);
  /// Which writes that costs.
  std::string CostOf(const engine::LogLoss& loss) const;
  void ExaminePosition(EngineHealth* health);
  void ExamineGaps(const engine::RocksDbPosition& found, EngineHealth* health);
  Result<bool> ExamineFiles();
  void ExamineOptionsFile();

  const std::filesystem::path directory_;
  const engine::RocksDbOptions& options_;
  const Testimony* const testimony_;
  Findings& findings_;
  std::size_t families_ = 0;  // that the manifest names
};

}  // namespace rookery::assembly
