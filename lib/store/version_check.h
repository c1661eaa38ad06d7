// Optimistic concurrency: compares the version that a caller expects with the one that is stored.
#pragma once

#include <optional>
#include <string>

#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::store {

/// kConflict, carrying `stored` (0: nothing is stored), unless it is what the caller expects.
inline Status CheckVersion(const std::optional<Version>& expected, Version stored) {
  if (!expected || *expected == stored) return {};
  const std::string now =
      stored.value == 0 ? "nothing is stored" : "version " + std::to_string(stored.value) + " is stored";
  return Status(StatusCode::kConflict,
                "expected version " + std::to_string(expected->value) + ", but " + now + "; read it and decide again")
      .WithCurrentVersion(stored.value);
}

}  // namespace rookery::store
