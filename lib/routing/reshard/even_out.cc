#include "routing/reshard/even_out.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace rookery::routing {
namespace {

/// Indexes by weight, the heaviest first; of equal ones the lowest.
template <typename WeightOf>
std::vector<std::size_t> HeaviestFirst(std::size_t count, WeightOf weight_of) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return weight_of(a) > weight_of(b); });
  return order;
}

/// The open shards and their units, each by its weight.
class Scales {
 public:
  Scales(std::span<Unit> units, const std::vector<bool>& open) : units_(units), of_shard_(open.size()) {
    weights_.resize(open.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
      const std::uint32_t shard = units[i].shard.value;
      if (!open[shard]) continue;
      weights_[shard] += units[i].weight;
      of_shard_[shard].insert({units[i].weight, i});
    }
    for (std::uint32_t shard = 0; shard < open.size(); ++shard) {
      if (open[shard]) shards_.insert({weights_[shard], shard});
    }
  }

  std::uint32_t lightest() const { return shards_.begin()->second; }
  /// The open ones.
  std::vector<std::uint32_t> HeaviestFirst() const {
    std::vector<std::uint32_t> shards;
    for (const auto& [weight, shard] : shards_) shards.push_back(shard);
    std::reverse(shards.begin(), shards.end());
    return shards;
  }
  std::uint64_t weight(std::uint32_t shard) const { return weights_[shard]; }
  std::uint64_t share() const {
    const std::uint64_t all = std::accumulate(weights_.begin(), weights_.end(), std::uint64_t{0});
    return all / shards_.size();
  }

  /// The unit of the shard whose weight is nearest to `weight`, but not 0 and below `most`.
  std::optional<std::size_t> Nearest(std::uint32_t shard, std::uint64_t weight, std::uint64_t most) const {
    const auto& units = of_shard_[shard];
    const auto above = units.lower_bound({weight, 0});
    std::optional<std::size_t> nearest;
    if (above != units.end() && above->first < most) nearest = above->second;
    if (above == units.begin() || std::prev(above)->first == 0) return nearest;
    const auto below = units.lower_bound({std::prev(above)->first, 0});
    if (!nearest || weight - below->first <= units_[*nearest].weight - weight) nearest = below->second;
    return nearest;
  }

  void Remove(std::size_t unit) {
    const std::uint32_t shard = units_[unit].shard.value;
    of_shard_[shard].erase({units_[unit].weight, unit});
    SetWeight(shard, weights_[shard] - units_[unit].weight);
  }
  void Add(std::size_t unit, std::uint32_t shard) {
    units_[unit].shard = ShardId{shard};
    of_shard_[shard].insert({units_[unit].weight, unit});
    SetWeight(shard, weights_[shard] + units_[unit].weight);
  }

 private:
  void SetWeight(std::uint32_t shard, std::uint64_t weight) {
    shards_.erase({weights_[shard], shard});
    weights_[shard] = weight;
    shards_.insert({weight, shard});
  }

  std::span<Unit> units_;
  std::vector<std::uint64_t> weights_;
  std::vector<std::set<std::pair<std::uint64_t, std::size_t>>> of_shard_;
  std::set<std::pair<std::uint64_t, std::uint32_t>> shards_;
};

void EvacuateTo(Scales* scales, std::span<Unit> units, const std::vector<bool>& open) {
  const auto weight_of = [&](std::size_t unit) { return units[unit].weight; };
  for (const std::size_t unit : HeaviestFirst(units.size(), weight_of)) {
    if (!open[units[unit].shard.value]) scales->Add(unit, scales->lightest());
  }
}

/// From the heaviest shard that has a unit which brings it nearer to the lightest. False: even enough, or none has.
bool MoveOne(Scales* scales) {
  constexpr std::uint64_t kEvenEnough = 20;
  const std::uint32_t lightest = scales->lightest();
  for (const std::uint32_t heavy : scales->HeaviestFirst()) {
    const std::uint64_t gap = scales->weight(heavy) - scales->weight(lightest);
    if (gap <= scales->share() / kEvenEnough) return false;
    const auto unit = scales->Nearest(heavy, gap / 2, gap);
    if (!unit) continue;
    scales->Remove(*unit);
    scales->Add(*unit, lightest);
    return true;
  }
  return false;
}

}  // namespace

void Evacuate(std::span<Unit> units, const std::vector<bool>& open) {
  Scales scales(units, open);
  EvacuateTo(&scales, units, open);
}

void EvenOut(std::span<Unit> units, const std::vector<bool>& open) {
  Scales scales(units, open);
  EvacuateTo(&scales, units, open);
  // Each step makes the sum of squares of the weights smaller, so there is an end.
  while (MoveOne(&scales)) continue;
}

std::vector<bool> HalfOf(std::span<const std::uint64_t> weights) {
  std::vector<bool> in_second(weights.size());
  std::uint64_t piles[2] = {0, 0};
  std::size_t counts[2] = {0, 0};
  for (const std::size_t i : HeaviestFirst(weights.size(), [&](std::size_t unit) { return weights[unit]; })) {
    const bool by_count = weights[i] == 0 || piles[0] == piles[1];
    const bool second = by_count ? counts[1] < counts[0] : piles[1] < piles[0];
    in_second[i] = second;
    piles[second ? 1 : 0] += weights[i];
    ++counts[second ? 1 : 0];
  }
  if (piles[1] > piles[0] || (piles[1] == piles[0] && in_second.front())) in_second.flip();
  return in_second;
}

}  // namespace rookery::routing
