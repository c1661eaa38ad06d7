// Store::Verify with progress and a clean stop, for the commands that read everything.
#pragma once

#include <cstddef>
#include <string_view>

#include "context.h"
#include "rookery/store.h"

namespace rookery::cli {

/// `verb`: what progress calls it. kInterrupted after SIGINT or SIGTERM.
Result<VerifyReport> RunVerify(Context& context, const Store& store, std::string_view verb, std::size_t max_problems);

}  // namespace rookery::cli
