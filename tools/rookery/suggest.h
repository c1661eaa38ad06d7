// "Did you mean ...?": the known word that is closest to what was typed. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rookery::cli {

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
std::size_t EditDistance(std::string_view from, std::string_view to);

/// nullopt if nothing is close: at most two edits, and fewer than half of the letters.
std::optional<std::string> Closest(std::string_view word, std::span<const std::string> known);

/// "; did you mean X?", or nothing.
std::string DidYouMean(std::string_view word, std::span<const std::string> known);

}  // namespace rookery::cli
