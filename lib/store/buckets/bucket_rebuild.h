// Makes the rows of the bucket map anew from the messages: for stores that have none, and for repair.
//
// Invariant: while rows are missing the catalog does not say that the map is complete, and nobody reads by it; a crash
// in between leads to another rebuild at the next open.
#pragma once

#include <cstdint>

#include "rookery/status.h"
#include "rookery/store.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"

namespace rookery::store {

/// Writers wait meanwhile. kInterrupted: `options.progress` wanted to stop; then the store does without the map until
/// it is repaired or opened again.
Result<RepairReport> RebuildBuckets(Context* context, const Catalog& catalog, Committer* committer,
                                    const RepairOptions& options);

}  // namespace rookery::store
