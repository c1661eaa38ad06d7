// Eviction policies: which entry goes when the cache is full.
//
// A policy never sees a hit. A hit does one of a few tiny things to the entry's `use` field, chosen by the Touch that
// the policy asks for; the policy reads the field when it looks for a victim. That keeps reads free of locks and of
// virtual calls. Everything else happens under the lock of the cache's shard, so policies have none. Each policy is two
// files, a row in NewPolicy, and a line in tests/cache/policy_contract.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "cache/entry.h"
#include "rookery/cache.h"

namespace rookery::cache {

/// What a hit does to Entry::use (touch.h). It is written only if it changes, so that the line of a hot entry stays
/// shared.
enum class Touch : std::uint8_t {
  kNone,        // FIFO, Random
  kSaturating,  // counts 0..3
  kTick,        // stores the policy's clock, which goes up by one with each insertion: a time of last use
  kFrequency,   // a count beside the policy's clock, which is an age here: see FrequencyUse
  kOrder,       // tells the policy, under the lock: exact order, and the only one that costs a lock for each hit
};

/// Owned by one shard and called under its lock. Entries belong to the shard; a policy only links them.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual Touch touch() const = 0;
  /// What a hit has to know of the policy's time: the shard publishes it after each change and hands it to ApplyTouch.
  virtual std::uint32_t clock() const { return 0; }

  /// `hash`: of the key, well mixed; the same for the same key. `charge`: bytes, > 0. The entry's `use`, `queue` and
  /// links are the policy's from now on.
  virtual void OnInsert(Entry* entry, std::uint64_t hash, std::size_t charge) = 0;
  /// The entry leaves for another reason than PickVictim: erased, replaced, expired.
  virtual void OnErase(Entry* entry, std::size_t charge) = 0;
  /// Chooses who goes, and forgets it. Null only if nothing was inserted that is not gone.
  virtual Entry* PickVictim() = 0;
  /// A hit, for Touch::kOrder only.
  virtual void OnHit(Entry* /*entry*/) {}
  /// The bytes that the shard may hold, now and whenever they change; called before the first insertion.
  virtual void SetCapacity(std::size_t bytes) = 0;
  /// What the policy's own tables take.
  virtual std::size_t memory_bytes() const { return 0; }
};

/// What policies ask of those who own the entries: what OnInsert was called with.
class EntryInfo {
 public:
  virtual ~EntryInfo() = default;
  virtual std::uint64_t HashOf(const Entry& entry) const = 0;
  virtual std::size_t ChargeOf(const Entry& entry) const = 0;
};

/// `info` must outlive the policy. `seed` decides random choices.
std::unique_ptr<Policy> NewPolicy(CachePolicy policy, const EntryInfo* info, std::uint64_t seed);

}  // namespace rookery::cache
