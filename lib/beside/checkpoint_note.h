// What a checkpoint says of itself: of which store it is, from when, and how far each cell was then.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/types.h"

namespace rookery::beside {

struct CheckpointNote {
  std::string store_id;
  /// Of the machine that made it (base::BootId): its files are not synced, so after a crash of the machine it is
  /// nothing.
  std::string boot;
  Timestamp at;                                    // as ViewInfo::at
  std::map<std::string, std::uint64_t> positions;  // of the cells, in their logs; the main one is among them
  std::map<std::string, std::string> left_out;     // cells that could not be read, and why

  friend bool operator==(const CheckpointNote&, const CheckpointNote&) = default;
};

/// No note is longer.
inline constexpr std::size_t kMaxNoteBytes = std::size_t{1} << 20;

std::string EncodeNote(const CheckpointNote& note);
/// nullopt: it is damaged, or none.
std::optional<CheckpointNote> DecodeNote(std::string_view text);

}  // namespace rookery::beside
