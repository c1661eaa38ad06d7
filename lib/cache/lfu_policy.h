// Least frequently used, aged, by sampling: an entry's priority is its count of hits plus the policy's age when it was
// hit last, and the age is the priority of the last victim (LFU with dynamic ageing: M. Arlitt et al., 2000). The
// victim is the one of a few random entries that has the lowest priority.
//
// It ages because counts that never do keep what was popular long ago: on real traces that is the worst policy of all.
#pragma once

#include "cache/entry_sample.h"
#include "cache/policy.h"

namespace rookery::cache {

class LfuPolicy final : public Policy {
 public:
  explicit LfuPolicy(std::uint64_t seed) : entries_(seed) {}

  Touch touch() const override { return Touch::kFrequency; }
  std::uint32_t clock() const override { return age_; }
  void OnInsert(Entry* entry, std::uint64_t hash, std::size_t charge) override;
  void OnErase(Entry* entry, std::size_t charge) override;
  Entry* PickVictim() override;
  void SetCapacity(std::size_t /*bytes*/) override {}
  std::size_t memory_bytes() const override { return entries_.memory_bytes(); }

 private:
  EntrySample entries_;
  std::uint32_t age_ = 0;       // in hits, fixed point, wraps as FrequencyUse::age does
  std::size_t insertions_ = 0;  // since the age's fraction went up
};

}  // namespace rookery::cache
