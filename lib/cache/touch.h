// What a hit does to an entry, without a lock and without a call of the policy.
//
// Two readers may do it at once, and one of them may be lost: Entry::use is a hint. It is written only if it changes,
// for a write takes the entry's line away from all other cores.
#pragma once

#include <atomic>
#include <cstdint>

#include "cache/entry.h"
#include "cache/frequency_use.h"
#include "cache/policy.h"

namespace rookery::cache {

/// Where Touch::kSaturating stops to count.
inline constexpr std::uint32_t kMaxUses = 3;

/// A hit for Touch::kSaturating. Whether the entry was written.
inline bool CountUse(Entry* entry) {
  const std::uint32_t use = entry->use.load(std::memory_order_relaxed);
  if (use >= kMaxUses) return false;
  entry->use.store(use + 1, std::memory_order_relaxed);
  return true;
}

/// For kinds of touch that store a time.
inline std::uint32_t UseAfterHit(Touch touch, std::uint32_t use, std::uint32_t clock, std::uint32_t random) {
  switch (touch) {
    case Touch::kTick:
      return clock;
    case Touch::kFrequency:
      return FrequencyUse(use).AfterHit(clock, random).packed();
    case Touch::kNone:
    case Touch::kSaturating:
    case Touch::kOrder:
      break;
  }
  return use;
}

/// `clock`: the policy's. `random`: any bits, for Touch::kFrequency only. Whether the entry was written.
inline bool ApplyTouch(Touch touch, Entry* entry, std::uint32_t clock, std::uint32_t random) {
  if (touch == Touch::kSaturating) [[likely]]
    return CountUse(entry);
  const std::uint32_t use = entry->use.load(std::memory_order_relaxed);
  const std::uint32_t next = UseAfterHit(touch, use, clock, random);
  if (next == use) return false;
  entry->use.store(next, std::memory_order_relaxed);
  return true;
}

}  // namespace rookery::cache
