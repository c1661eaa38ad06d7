// Store::Verify with progress and a clean stop, for the commands that read everything.
#pragma once

#include <string_view>

#include "context.h"
#include "rookery/store.h"

namespace rookery::cli {

/// `verb`: what progress calls it; `options` without a progress of its own. kInterrupted after SIGINT or SIGTERM.
Result<VerifyReport> RunVerify(Context& context, const Store& store, std::string_view verb, VerifyOptions options);

}  // namespace rookery::cli
