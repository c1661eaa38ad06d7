// Export: a store as JSON Lines, one message or record a line (docs/format/jsonl.md), in an order that does not depend
// on routing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "rookery/reader.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::admin {

struct ExportOptions {
  std::string channel_prefix = {};
  std::optional<std::string> channel = {};  // only this one
  std::optional<Timestamp> since = {};      // created at or after
  std::optional<Timestamp> until = {};      // created before
  bool messages = true;
  bool records = true;
  MissingCells missing_cells = MissingCells::kRefuse;  // with `channel` it has no meaning
  /// Called about ten times a second with the lines written so far; false stops (kInterrupted).
  std::function<bool(std::uint64_t lines, std::uint64_t bytes)> progress = {};
};

struct ExportReport {
  std::uint64_t channels = 0;
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

/// Writes channels in the order of their bytes; in each its messages oldest first, then its records by key. Give a
/// Snapshot for one consistent state. kIoError or kNoSpace when `out` fails.
Status Export(const Reader& reader, std::ostream& out, const ExportOptions& options, ExportReport* report);

}  // namespace rookery::admin
