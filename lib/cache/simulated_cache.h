// A cache of keys without values: what a policy would hit and miss with a given capacity. Tests replay traces through
// it, and CapacityEstimate asks it what the hit ratio would be if the cache were larger or smaller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "cache/policy.h"
#include "cache/split_mix.h"
#include "rookery/cache.h"

namespace rookery::cache {

/// Not thread-safe.
class SimulatedCache final : private EntryInfo {
 public:
  using MakePolicy = std::function<std::unique_ptr<Policy>(const EntryInfo*)>;

  /// `capacity`: in units of charge.
  SimulatedCache(CachePolicy policy, std::size_t capacity, std::uint64_t seed);
  /// With a policy that NewPolicy does not know.
  SimulatedCache(const MakePolicy& make_policy, std::size_t capacity);
  ~SimulatedCache() override;
  SimulatedCache(const SimulatedCache&) = delete;
  SimulatedCache& operator=(const SimulatedCache&) = delete;

  /// Whether `key` was there. If not, it is put there, unless its charge alone is above the capacity. REQUIRES: charge
  /// > 0.
  bool Access(std::uint64_t key, std::size_t charge);
  /// Evicts what has no room any more.
  void SetCapacity(std::size_t capacity);

  std::uint64_t hits() const { return hits_; }
  std::uint64_t misses() const { return misses_; }
  std::size_t size() const { return size_; }
  std::size_t charge() const { return charge_; }
  std::size_t memory_bytes() const;

 private:
  std::uint64_t HashOf(const Entry& entry) const override;
  std::size_t ChargeOf(const Entry& entry) const override;

  /// The slot of `key`, or the empty one where it would go.
  std::size_t SlotOf(std::uint64_t key) const;
  std::size_t HomeOf(std::uint64_t key) const;
  void OnHit(Entry* entry);
  void Insert(std::uint64_t key, std::size_t charge);
  void EvictDownTo(std::size_t charge);
  void EmptySlot(std::size_t slot);
  void DoubleTable();

  std::vector<Entry*> slots_;  // open addressing; a power of two of them, at most three quarters full
  std::unique_ptr<Policy> policy_;
  std::size_t capacity_;
  SplitMix random_{0};
  std::size_t size_ = 0;
  std::size_t charge_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace rookery::cache
