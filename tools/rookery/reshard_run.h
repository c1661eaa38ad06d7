// A reshard job as the command line sees it: followed with progress and a clean stop, told as a document, and what
// became of it as a status.
#pragma once

#include <optional>
#include <string_view>

#include "context.h"
#include "exit_code.h"
#include "progress.h"
#include "rookery/reshard.h"
#include "rookery/store.h"

namespace rookery::cli {

/// The job under way, or the last one. kNotFound: there was none.
Result<ReshardStatus> JobOf(const Store& store, std::string_view cell);

/// Waits until the job has come to rest, or SIGINT or SIGTERM; then closes the store and tells what became of the job.
/// REQUIRES: interrupts are caught (CatchInterrupts).
Result<ExitCode> FollowReshard(Context& context, Store* store, std::string_view cell);

/// One document, "rookery.reshard.v1". nullopt: of no job.
void PrintReshard(Context& context, const std::optional<ReshardStatus>& status);

// --- Pure ----------------------------------------------------------------------------------------------------------

/// It has nothing left to do.
bool Ended(const ReshardStatus& status);
ProgressSample SampleOf(const ReshardStatus& status);
/// OK: it has ended, or it keeps the old place for a while. kUnavailable: it is paused, or it went back unasked, for
/// the reason in the message. kInterrupted: it is under way yet.
Status OutcomeOf(const ReshardStatus& status, bool interrupted);
/// What came of it and what can be done now, in a line. REQUIRES: OutcomeOf is OK.
std::string SummaryOf(const ReshardStatus& status);

}  // namespace rookery::cli
