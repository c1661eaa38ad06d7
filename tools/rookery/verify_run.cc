#include "verify_run.h"

#include "progress.h"
#include "signals.h"

namespace rookery::cli {

Result<VerifyReport> RunVerify(Context& context, const Store& store, std::string_view verb, VerifyOptions options) {
  const CatchInterrupts catch_interrupts;
  Progress progress(context, verb, "rows");
  options.progress = [&progress](std::uint64_t done, std::uint64_t estimated_total) {
    return progress.Update({.items = done, .total_items = estimated_total});
  };
  Result<VerifyReport> report = store.Verify(options);
  if (report || report.error().code() != StatusCode::kInterrupted) return report;
  return Status(StatusCode::kInterrupted, "interrupted before everything was read; nothing was changed");
}

}  // namespace rookery::cli
