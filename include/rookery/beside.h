// Reading a store while another process has it open for writing: its owner makes checkpoints of it when readers ask,
// over a socket in the store's directory, and readers open these. How it is used and what it costs:
// docs/reading-beside.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "rookery/types.h"

namespace rookery {

/// Of a store that is open for writing: whether it serves readers in other processes, and how much that may cost.
struct ServeReadersOptions {
  /// The least time between two checkpoints. Who asks within it for a newer one waits. 0 to an hour.
  std::chrono::milliseconds interval = std::chrono::seconds{1};
  /// How many checkpoints there may be, with those that readers hold: 2 to 1000. Once there are so many, readers get
  /// the newest of these, however old it is.
  std::size_t max_checkpoints = 8;
};

/// Of OpenMode::kReadBeside.
struct BesideOptions {
  /// How old what is read may be. Absent: as old as it is, and Store::View tells.
  std::optional<std::chrono::milliseconds> max_age = {};
  /// How long to wait for the owner's answer, before the last checkpoint is taken. At most an hour.
  std::chrono::milliseconds timeout = std::chrono::seconds{5};
};

enum class ViewSource : std::uint8_t {
  kLive,        // the store itself: nobody else writes to it
  kCheckpoint,  // a copy that its owner has made
};

/// From when what is read is.
struct ViewInfo {
  ViewSource source = ViewSource::kLive;
  /// Every write that was acknowledged before is in it, and of those after it a beginning.
  Timestamp at;
  /// How long that is ago; 0 of what is live.
  std::chrono::milliseconds age{0};
};

}  // namespace rookery
