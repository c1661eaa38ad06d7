// Cells: groups of channels with an engine, a directory and memory of their own, so that what goes wrong in one stays
// in it. docs/cells.md explains when they pay.
//
//   store->AddCell({.name = "dm", .directory = "/disk2/dm", .prefixes = {"dm/"}});
//   for (const rookery::CellInfo& cell : *store->Cells()) std::cout << cell.name << ": " << cell.reason << '\n';
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/export.h"
#include "rookery/routing.h"
#include "rookery/status.h"

namespace rookery {

/// A cell that is to be.
struct ROOKERY_EXPORT CellOptions {
  std::string name;  // 1 to 64 of a-z, 0-9, '-' and '_', the first one a letter or digit; not "main"
  /// Where it keeps its files: a directory that is missing or empty. Relative: to the store's. Default: cells/NAME.
  std::string directory = {};
  /// The channels whose names begin with one of these, and with no longer one of another cell. Channels that exist
  /// already stay where they are. None: the cell has the channels that are moved to it.
  std::vector<std::string> prefixes = {};
  std::optional<Routing> routing = {};  // default: HashRouting{}
  /// What it may take in bytes, beside what the store takes (StoreOptions::memory). At least 8 MiB.
  std::size_t memory = std::size_t{64} << 20;
  /// Above so many bytes on disk it takes no writes. 0: no limit. Looked at a few times a second.
  std::uint64_t quota_bytes = 0;
  /// As TuningOptions::overrides, which are not for cells.
  std::map<std::string, std::string> overrides = {};

  /// kInvalidArgument naming the first bad field, or OK.
  Status Validate() const;
};

enum class CellState : std::uint8_t {
  kOpen = 0,
  kReadOnly = 1,  // it is over its quota, or its engine has stopped for long: it takes writes again once that is over
  kQuarantined = 2,  // it is missing or damaged, or a write to it failed: Store::ReopenCell, when that is mended
};
/// "open", "read-only", "quarantined".
ROOKERY_EXPORT std::string_view CellStateName(CellState state);

/// What is known of a cell.
struct CellInfo {
  std::string name;
  std::string directory = {};  // as it can be opened
  std::vector<std::string> prefixes = {};
  CellState state = CellState::kOpen;
  std::string reason = {};   // why it is not open; else empty
  std::uint64_t placed = 0;  // channels that are here, or would be, by no prefix: they were moved, or older than a rule
  std::uint64_t quota_bytes = 0;
  // As it is now; 0 and empty while it is quarantined.
  std::uint64_t disk_bytes = 0;
  std::uint32_t shards = 0;
  std::string strategy = {};
};

struct CellMoveOptions {
  /// Called from the calling thread after each batch with the rows copied so far. Return false to stop: the channel
  /// then stays where it is, and the call answers kInterrupted.
  std::function<bool(std::uint64_t rows)> progress = {};
};

/// What a move has taken to the new cell.
struct CellMoveReport {
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;
  bool moved = false;  // false: the channel was there already
};

/// What a read of the whole store does when a cell is quarantined.
enum class MissingCells : std::uint8_t {
  kRefuse,    // kUnavailable naming the cell, so that nobody takes a part for the whole
  kLeaveOut,  // reads what the others have
};

}  // namespace rookery
