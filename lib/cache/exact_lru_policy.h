// Least recently used, to the last hit: a list in the order of use. The price is the shard's lock for each hit.
#pragma once

#include "cache/entry_list.h"
#include "cache/policy.h"

namespace rookery::cache {

class ExactLruPolicy final : public Policy {
 public:
  Touch touch() const override { return Touch::kOrder; }
  void OnInsert(Entry* entry, std::uint64_t hash, std::size_t charge) override;
  void OnErase(Entry* entry, std::size_t charge) override;
  Entry* PickVictim() override;
  void OnHit(Entry* entry) override { queue_.MoveToFront(entry); }
  void SetCapacity(std::size_t /*bytes*/) override {}

 private:
  EntryList queue_;
};

}  // namespace rookery::cache
