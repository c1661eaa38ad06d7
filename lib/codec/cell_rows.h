// Rows of the catalog that say which cells a store has, and which channels are where no rule puts them.
// Grammar: docs/format/catalog.md.
//
//   0x12 name      a cell: EncodeCell
//   0x13 channel   the name of the channel's cell, in spite of all prefixes
//   0x14 name 0x00 channel
//                  what a move has left, or may leave, of the channel in the cell of that name, where it is not at
//                  home; the value is empty
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::codec {

inline constexpr std::string_view kCellPrefix{"\x12", 1};
inline constexpr std::string_view kCellChannelPrefix{"\x13", 1};
inline constexpr std::string_view kCellRemainsPrefix{"\x14", 1};

/// What a store knows of one of its cells.
struct CellRow {
  std::string name;       // in the key
  std::string store_id;   // of the cell's own store: 32 hex digits
  std::string directory;  // relative: to the store's
  std::vector<std::string> prefixes = {};
  std::uint64_t memory = 0;
  std::uint64_t quota_bytes = 0;  // 0: none
  std::map<std::string, std::string> overrides = {};

  friend bool operator==(const CellRow&, const CellRow&) = default;
};

std::string CellKey(std::string_view name);
std::string CellChannelKey(std::string_view channel);
std::string CellRemainsKey(std::string_view cell, std::string_view channel);

/// All but the name: memory and quota, 8 bytes each; then texts, each behind its length in 4 bytes: store id,
/// directory, prefixes behind their number in 4 bytes, overrides likewise, a name and a value each. Big-endian.
std::string EncodeCell(const CellRow& row);
std::optional<CellRow> DecodeCell(std::string_view name, std::string_view bytes);

}  // namespace rookery::codec
