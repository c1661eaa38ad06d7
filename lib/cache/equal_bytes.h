// Whether two keys are equal, inline: a call would take longer than the comparison.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rookery::cache {

/// As a == b. For keys of a few words.
inline bool EqualBytes(std::string_view a, std::string_view b) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (a.size() != b.size()) return false;
  if (a.size() < kWord) return a == b;
  const auto differ = [&](std::size_t offset) {
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    std::memcpy(&left, a.data() + offset, kWord);
    std::memcpy(&right, b.data() + offset, kWord);
    return left != right;
  };
  for (std::size_t offset = 0; offset + kWord < a.size(); offset += kWord) {
    if (differ(offset)) return false;
  }
  // The last word may overlap with the one before it.
  return !differ(a.size() - kWord);
}

}  // namespace rookery::cache
