// Which cell a channel is in: its own place if it has one, else by the longest prefix, else the main cell. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rookery::cells {

/// Counts the cells of a store from the main one, in the order in which the open store came to know them.
struct CellIndex {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(CellIndex, CellIndex) = default;  // NOLINT(modernize-use-nullptr): not a null
};
inline constexpr CellIndex kMain{0};

/// A value. Thread-compatible.
class CellRules {
 public:
  struct Route {
    CellIndex cell;
    bool placed = false;           // by itself, in spite of all prefixes
    std::string_view prefix = {};  // that decided; empty: placed, or none does. Lives as long as the rules
  };

  /// REQUIRES: no cell has this prefix.
  void AddPrefix(std::string prefix, CellIndex cell);
  /// Whether `prefix` is one of a cell's.
  bool has_prefix(std::string_view prefix) const;
  /// Puts the channel there, whatever prefixes say.
  void Place(std::string_view channel, CellIndex cell);

  Route Explain(std::string_view channel) const;
  CellIndex Find(std::string_view channel) const { return Explain(channel).cell; }
  /// Whether the channel has a place of its own.
  bool places(std::string_view channel) const { return placed_.find(channel) != placed_.end(); }
  /// How many channels have their own place there.
  std::size_t CountPlaced(CellIndex cell) const;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::vector<std::pair<std::string, CellIndex>> prefixes_;  // the longest first
  std::unordered_map<std::string, CellIndex, Hash, std::equal_to<>> placed_;
};

}  // namespace rookery::cells
