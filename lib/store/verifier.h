// Reads every row of every shard and checks what it says: key order, keys, values, routing and indexes. Counts what
// there is.
#pragma once

#include "rookery/status.h"
#include "rookery/verify.h"
#include "store/context.h"

namespace rookery::store {

/// Of the state at the time of the call. Damage is reported, not an error; an error is a read that failed, or
/// kInterrupted if options.progress answered false.
Result<VerifyReport> VerifyStore(const Context& context, const VerifyOptions& options);

}  // namespace rookery::store
