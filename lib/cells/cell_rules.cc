#include "cells/cell_rules.h"

#include <algorithm>

namespace rookery::cells {

void CellRules::AddPrefix(std::string prefix, CellIndex cell) {
  const auto shorter = std::find_if(prefixes_.begin(), prefixes_.end(),
                                    [&](const auto& one) { return one.first.size() < prefix.size(); });
  prefixes_.emplace(shorter, std::move(prefix), cell);
}

bool CellRules::has_prefix(std::string_view prefix) const {
  return std::any_of(prefixes_.begin(), prefixes_.end(), [&](const auto& one) { return one.first == prefix; });
}

void CellRules::Place(std::string_view channel, CellIndex cell) {
  placed_.insert_or_assign(std::string(channel), cell);
}

CellRules::Route CellRules::Explain(std::string_view channel) const {
  if (const auto own = placed_.find(channel); own != placed_.end()) return {.cell = own->second, .placed = true};
  const auto fits =
      std::find_if(prefixes_.begin(), prefixes_.end(), [&](const auto& one) { return channel.starts_with(one.first); });
  if (fits == prefixes_.end()) return {.cell = kMain};
  return {.cell = fits->second, .prefix = fits->first};
}

std::size_t CellRules::CountPlaced(CellIndex cell) const {
  return static_cast<std::size_t>(
      std::count_if(placed_.begin(), placed_.end(), [&](const auto& one) { return one.second == cell; }));
}

}  // namespace rookery::cells
