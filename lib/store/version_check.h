// Optimistic concurrency: compares the version that a caller expects with the one that is stored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

/// kInvalidArgument if no version follows the stored one. `what` names the row.
inline Status CheckNotLast(Version stored, std::string_view what) {
  if (stored.value < Version::kMax) return {};
  return {StatusCode::kInvalidArgument, std::string(what) + " has version " + std::to_string(stored.value) +
                                            ", which none can follow; delete it and write it anew"};
}

}  // namespace rookery::store
