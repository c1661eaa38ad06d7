// Entries on a policy, without a cache around: what tests of policies drive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "cache/policy.h"
#include "rookery/cache.h"

namespace rookery::testing {

/// Owns the policy and the entries. Keys are numbers.
class PolicyShelf final : private cache::EntryInfo {
 public:
  static constexpr std::size_t kUnlimited = std::size_t{1} << 40;

  explicit PolicyShelf(CachePolicy policy, std::size_t capacity = kUnlimited, std::uint64_t seed = 1);
  ~PolicyShelf() override;
  PolicyShelf(const PolicyShelf&) = delete;
  PolicyShelf& operator=(const PolicyShelf&) = delete;

  /// REQUIRES: `key` is not here.
  void Insert(int key, std::size_t charge = 1);
  /// REQUIRES of both: `key` is here.
  void Hit(int key, int times = 1);
  void Erase(int key);
  /// Absent: the policy had none.
  std::optional<int> Evict();
  std::vector<int> EvictAll();
  /// As a cache does: a hit, or evictions until there is room and an insertion. Whether it was a hit.
  bool Access(int key, std::size_t charge = 1);
  void SetCapacity(std::size_t capacity);

  bool Has(int key) const { return entries_.contains(key); }
  std::size_t size() const { return entries_.size(); }
  std::size_t charge() const { return charge_; }
  /// Any key that is here. REQUIRES: there is one.
  int AnyKey(std::uint64_t random) const;
  cache::Policy& policy() { return *policy_; }

 private:
  struct Item {
    cache::Entry* entry;
    std::size_t charge;
  };

  std::uint64_t HashOf(const cache::Entry& entry) const override;
  std::size_t ChargeOf(const cache::Entry& entry) const override;
  static int KeyOf(const cache::Entry& entry);
  void Forget(int key);

  std::map<int, Item> entries_;
  std::unique_ptr<cache::Policy> policy_;
  std::size_t capacity_;
  std::size_t charge_ = 0;
  std::uint32_t random_ = 0;
};

}  // namespace rookery::testing
