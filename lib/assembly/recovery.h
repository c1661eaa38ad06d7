// Whether a store that is opened again has all that it had: what its witness says, compared with its log.
#pragma once

#include <cstdint>

#include "assembly/witness_file.h"
#include "rookery/recovery.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// `position`: how far the log of the engine goes, as it was found.
RecoveryReport Compare(const Testimony& testimony, std::uint64_t position);

/// OK, or kCorruption: a store with this report is not to be opened by `recovery`. The message says what is missing.
Status CheckMayOpen(const RecoveryReport& report, Recovery recovery);

}  // namespace rookery::assembly
