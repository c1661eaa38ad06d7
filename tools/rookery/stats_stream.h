// `rookery stats --every`: a line now and then of what happened per second since the line before.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "context.h"
#include "rookery/status.h"

namespace rookery::cli {

struct StreamOptions {
  std::chrono::milliseconds every;
  std::uint64_t lines = 0;  // then it ends; 0: it does not
};

/// The first line is about all of the time since the store was opened. A line comes when something new was published.
/// Ends when the store is closed.
Status StreamStats(Context& context, const std::string& store, const StreamOptions& options);

}  // namespace rookery::cli
