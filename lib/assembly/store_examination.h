// Examines one directory of a store, the main cell's or another's, without writing to it.
#pragma once

#include <cstdint>
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

/// The directory in which the doctor tries out what it puts back. It is there only meanwhile.
std::filesystem::path DoctorScratch(const StoreDirectory& directory);

/// Files and directories that are left of something that was cut short.
std::vector<std::filesystem::path> DraftsIn(const StoreDirectory& directory);

class StoreExamination {
 public:
  enum class Lock : std::uint8_t {
    kWatch,  // nobody may write meanwhile
    kHeld,   // the caller has the directory's lock
  };
  /// `expected`: whose cell it has to be; absent: a store of its own, or whatever it is. `findings` must outlive it.
  StoreExamination(const std::filesystem::path& path, std::optional<CellMark> expected, Findings* findings,
                   Lock lock = Lock::kWatch)
      : directory_(path), expected_(std::move(expected)), findings_(*findings), lock_(lock) {}

  /// What its catalog says of other cells; empty if that cannot be read. kInterrupted, and errors of FindKeysOfRemains.
  Result<std::vector<codec::CellRow>> Run();
  /// After Run: the store is whole but for its witness.
  bool lacks_only_witness() const { return lacks_only_witness_; }

 private:
  /// False: it is another store's, which is told.
  bool ExamineIdentity();
  Result<std::vector<codec::CellRow>> ExamineUnlocked();
  void ReportMissingKeys(const KeysOfRemains& found);
  /// Without its key. The answer of Run.
  Result<std::vector<codec::CellRow>> ExamineSealed();
  void ExamineDrafts();
  void ReportUnreadable(const Status& opening);
  void ReportWitness(const Status& unreadable, const EngineHealth& health, const engine::RocksDbOptions& options);
  /// Whether ROOKERY is of another store than the engine: which is told.
  bool IsForeignIdentity(const engine::RocksDbOptions& options);
  Result<std::vector<codec::CellRow>> ExamineStore();
  Status ExamineRows(store::StoreImpl* store);

  const StoreDirectory directory_;
  const std::optional<CellMark> expected_;
  Findings& findings_;
  const Lock lock_;
  std::optional<Identity> identity_;
  std::shared_ptr<const crypto::KeyRing> keys_;  // null: not encrypted, or not given
  bool lacks_only_witness_ = false;
};

}  // namespace rookery::assembly
