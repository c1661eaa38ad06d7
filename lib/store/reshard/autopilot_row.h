// What autopilot decided, as the catalog keeps it: the last decisions, and what was copied on which day. Grammar:
// docs/format/catalog.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/autopilot.h"
#include "rookery/types.h"

namespace rookery::store {

struct AutopilotRow {
  static constexpr std::size_t kMaxEntries = 100;

  std::uint64_t day = 0;     // since 1970, in UTC
  std::uint64_t copied = 0;  // on it
  std::vector<AutopilotEntry> entries = {};

  /// What was copied on the day of `now`.
  std::uint64_t CopiedOn(Timestamp now) const;
  /// The oldest entry goes where there are too many. What was to be copied counts from now on, unless it failed.
  void Add(AutopilotEntry entry);
};

std::string EncodeAutopilotRow(const AutopilotRow& row);
std::optional<AutopilotRow> DecodeAutopilotRow(std::string_view bytes);

}  // namespace rookery::store
