// First in, first out: hits change nothing.
#pragma once

#include "cache/entry_list.h"
#include "cache/policy.h"

namespace rookery::cache {

class FifoPolicy final : public Policy {
 public:
  Touch touch() const override { return Touch::kNone; }
  void OnInsert(Entry* entry, std::uint64_t hash, std::size_t charge) override;
  void OnErase(Entry* entry, std::size_t charge) override;
  Entry* PickVictim() override;
  void SetCapacity(std::size_t /*bytes*/) override {}

 private:
  EntryList queue_;
};

}  // namespace rookery::cache
