#include "bench/caches/items.h"

#include <numeric>
#include <utility>

#include "bench/data/random.h"
#include "bench/data/zipf.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kKeySeed = 82;
constexpr std::uint64_t kValueSeed = 83;
constexpr std::uint64_t kOrderSeed = 84;
constexpr double kExponent = 0.99;

/// Fills `bytes` with numbers that only `seed` and `item` decide; the first differs from item to item.
template <typename Bytes>
Bytes BytesOf(std::uint64_t seed, std::uint64_t item) {
  // Generators whose states are neighbours in their own sequence would repeat each other.
  Random random(Random(seed + item * 0xD1342543DE82EF95U).Next());
  Bytes bytes{};
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t number = random.Next();
    std::memcpy(bytes.data() + at, &number, std::min(sizeof number, bytes.size() - at));
  }
  return bytes;
}

/// The item of each rank.
std::vector<std::uint32_t> ItemsByRank(std::size_t items) {
  std::vector<std::uint32_t> by_rank(items);
  std::iota(by_rank.begin(), by_rank.end(), 0U);
  Random random(kOrderSeed);
  for (std::size_t i = items; i > 1; --i) std::swap(by_rank[i - 1], by_rank[random.Below(i)]);
  return by_rank;
}

}  // namespace

ItemKey KeyOfItem(std::uint64_t item) { return BytesOf<ItemKey>(kKeySeed, item); }
ItemValue ValueOfItem(std::uint64_t item) { return BytesOf<ItemValue>(kValueSeed, item); }

LookupOrder NewLookupOrder(std::size_t items, std::size_t lookups, std::uint64_t caller) {
  const std::vector<std::uint32_t> by_rank = ItemsByRank(items);
  const Zipf popularity(items, kExponent);
  Random random(kOrderSeed + 1 + caller);
  LookupOrder order;
  order.items.reserve(lookups);
  for (std::size_t i = 0; i < lookups; ++i) {
    order.items.push_back(by_rank[popularity.Draw(&random)]);
    order.expected_sum += HeadOf(ValueOfItem(order.items.back()));
  }
  return order;
}

}  // namespace rookery::bench
