// Any entry, all with the same chance: hits change nothing.
#pragma once

#include "cache/entry_array.h"
#include "cache/policy.h"
#include "cache/split_mix.h"

namespace rookery::cache {

class RandomPolicy final : public Policy {
 public:
  explicit RandomPolicy(std::uint64_t seed) : random_(seed) {}

  Touch touch() const override { return Touch::kNone; }
  void OnInsert(Entry* entry, std::uint64_t hash, std::size_t charge) override;
  void OnErase(Entry* entry, std::size_t charge) override;
  Entry* PickVictim() override;
  void SetCapacity(std::size_t /*bytes*/) override {}
  std::size_t memory_bytes() const override { return entries_.memory_bytes(); }

 private:
  EntryArray entries_;
  SplitMix random_;
};

}  // namespace rookery::cache
