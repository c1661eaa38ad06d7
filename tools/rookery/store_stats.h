// What `rookery stats` knows of a store: sizes from the store itself where it can be opened, counters from what the
// process that has, or last had, it open published.
#pragma once

#include <optional>
#include <string>

#include "context.h"
#include "rookery/stats.h"
#include "rookery/status.h"

namespace rookery::cli {

struct KnownStats {
  StoreStats stats;
  std::optional<PublishedStats> published;  // absent: nobody told
  bool in_use = false;                      // another process has the store open
};

/// The error of opening if the store is open elsewhere and nothing was published.
Result<KnownStats> ReadStats(Context& context, const std::string& store);

/// What was published, or why there is nothing.
Result<PublishedStats> ReadCounters(Context& context, const std::string& store);

}  // namespace rookery::cli
