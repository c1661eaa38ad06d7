// Whether a store that is opened again has all that it had: what its witness says, compared with its log.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "assembly/witness_file.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/recovery.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// `position`: how far the log of the engine goes, as it was found.
RecoveryReport Compare(const Testimony& testimony, std::uint64_t position);

/// The part of it between two positions.
RecoveryReport Between(const Testimony& testimony, std::uint64_t first, std::uint64_t last);

/// What was lost before the position that was found.
struct LostBefore {
  std::string words = {};          // which logs and positions; empty: none
  bool is_in_no_lost_log = false;  // some was in tables that the manifest has not
};

/// Logs that are missing from among others, end too early, or are damaged in the midst, and positions that are nowhere.
/// `losses`: what a survey of the logs found; `found`: how far RocksDB came. Adds to the report, which Compare has
/// made, what that costs.
LostBefore AddLostBefore(std::span<const engine::LogLoss> losses, const Testimony& testimony,
                         const engine::RocksDbPosition& found, RecoveryReport* report);

/// OK, or kCorruption: a store with this report is not to be opened by `recovery`. The message says what is missing.
Status CheckMayOpen(const RecoveryReport& report, Recovery recovery);

}  // namespace rookery::assembly
