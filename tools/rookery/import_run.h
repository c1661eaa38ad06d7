// The course of an import: standard input spooled, progress and problems told, a clean stop, and the report printed
// also when it ended early, as what was acknowledged until then is in the store.
#pragma once

#include <string>
#include <vector>

#include "admin/import.h"
#include "context.h"
#include "exit_code.h"
#include "rookery/status.h"

namespace rookery::cli {

/// `store` may be null for a dry run. kPartlyDone if some records could not be read.
Result<ExitCode> RunImport(Context& context, Store* store, const std::vector<std::string>& paths,
                           admin::ImportOptions options);

}  // namespace rookery::cli
