#include "suggest.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rookery::cli {
namespace {

constexpr std::size_t kMostEdits = 2;
constexpr std::size_t kLongestWord = 64;

}  // namespace

std::size_t EditDistance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> edits(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) edits[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) edits[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = edits[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
    }
  }
  return edits[from.size()][to.size()];
}

std::optional<std::string> Closest(std::string_view word, std::span<const std::string> known) {
  if (word.size() > kLongestWord) return std::nullopt;
  std::optional<std::string> best;
  std::size_t fewest = kMostEdits + 1;
  for (const std::string& candidate : known) {
    const std::size_t edits = EditDistance(word, candidate);
    if (edits < fewest && edits * 2 < candidate.size()) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view word, std::span<const std::string> known) {
  const auto closest = Closest(word, known);
  return closest ? "; did you mean " + *closest + "?" : std::string();
}

}  // namespace rookery::cli
