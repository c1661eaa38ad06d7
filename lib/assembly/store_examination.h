// Examines one directory of a store, the main cell's or another's, without writing to it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assembly/encryption.h"
#include "assembly/engine_examination.h"
#include "assembly/findings.h"
#include "assembly/store_directory.h"
#include "codec/cell_rows.h"
#include "rookery/options.h"
#include "store/store_impl.h"

namespace rookery::assembly {

/// With which the doctor opens stores: for reading, with little memory, and nothing that runs by itself.
StoreOptions OptionsForDoctor(std::shared_ptr<Logger> logger);

/// Files that are left of something that was cut short.
std::vector<std::filesystem::path> DraftsIn(const StoreDirectory& directory);

class StoreExamination {
 public:
  /// `expected`: whose cell it has to be; absent: a store of its own, or whatever it is. `findings` must outlive it.
  StoreExamination(const std::filesystem::path& path, std::optional<CellMark> expected, Findings* findings)
      : directory_(path), expected_(std::move(expected)), findings_(*findings) {}

  /// What its catalog says of other cells; empty if that cannot be read. kInterrupted, and errors of FindKeysOfRemains.
  Result<std::vector<codec::CellRow>> Run();
  /// After Run: the store is whole but for its witness.
  bool lacks_only_witness() const { return lacks_only_witness_; }

 private:
  void ExamineIdentity();
  void ReportMissingKeys(const KeysOfRemains& found);
  /// Without its key. The answer of Run.
  Result<std::vector<codec::CellRow>> ExamineSealed();
  void ExamineDrafts();
  void ReportUnreadable(const Status& opening);
  void ReportWitness(const Status& unreadable, const EngineHealth& health);
  Result<std::vector<codec::CellRow>> ExamineStore();
  Status ExamineRows(store::StoreImpl* store);

  const StoreDirectory directory_;
  const std::optional<CellMark> expected_;
  Findings& findings_;
  std::optional<Identity> identity_;
  std::shared_ptr<const crypto::KeyRing> keys_;  // null: not encrypted, or not given
  bool lacks_only_witness_ = false;
};

}  // namespace rookery::assembly
