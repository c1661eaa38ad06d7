// What every cache is filled with and asked for: items of 16 + 100 bytes, made from their numbers, and the order in
// which they are looked up, made before any clock starts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace rookery::bench {

inline constexpr std::size_t kItemKeyBytes = 16;
inline constexpr std::size_t kItemValueBytes = 100;

using ItemKey = std::array<char, kItemKeyBytes>;
using ItemValue = std::array<char, kItemValueBytes>;

inline std::string_view View(const ItemKey& key) { return {key.data(), key.size()}; }
inline std::string_view View(const ItemValue& value) { return {value.data(), value.size()}; }

ItemKey KeyOfItem(std::uint64_t item);
ItemValue ValueOfItem(std::uint64_t item);
/// The first 8 bytes of a value: another number for every item.
inline std::uint64_t HeadOf(const ItemValue& value) {
  std::uint64_t head = 0;
  std::memcpy(&head, value.data(), sizeof head);
  return head;
}

/// Lookups by Zipf 0.99, popular items anywhere among the others, and the sum of the heads that they must bring.
struct LookupOrder {
  std::vector<std::uint32_t> items;
  std::uint64_t expected_sum = 0;
};
/// `caller`: each has an order of its own, in which the same items are popular. REQUIRES: items >= 1.
LookupOrder NewLookupOrder(std::size_t items, std::size_t lookups, std::uint64_t caller);

}  // namespace rookery::bench
