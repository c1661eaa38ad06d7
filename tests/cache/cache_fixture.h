// One-word verbs for tests of the cache.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cache/cache.h"
#include "tests/support/manual_clock.h"

namespace rookery::cache {

inline constexpr CachePolicy kAllPolicies[] = {CachePolicy::kAdaptive, CachePolicy::kLru,  CachePolicy::kExactLru,
                                               CachePolicy::kLfu,      CachePolicy::kFifo, CachePolicy::kRandom};

/// A cache of one shard, so that what a test says of a capacity is exact.
class CacheUnderTest {
 public:
  explicit CacheUnderTest(std::size_t capacity = 1 << 20, CachePolicy policy = CachePolicy::kAdaptive)
      : CacheUnderTest(CacheConfig{.capacity = capacity, .policy = policy, .shards = 1, .seed = 42}) {}
  explicit CacheUnderTest(const CacheConfig& config) : cache_(Seeded(config)) {}

  Cache& core() { return cache_; }
  Key KeyOf(std::string_view key) const { return cache_.KeyOf(key); }
  Lease LeaseOf(std::string_view key) { return cache_.LeaseOf(LeaseKeyOf(key)); }
  Fill Put(std::string_view key, std::string_view value) { return Put(key, value, LeaseOf(key)); }
  Fill Put(std::string_view key, std::string_view value, const Lease& lease) {
    return cache_.Put(KeyOf(key), LeaseKeyOf(key), lease, EntryKind::kValue, value);
  }
  Fill PutAbsent(std::string_view key) {
    return cache_.Put(KeyOf(key), LeaseKeyOf(key), LeaseOf(key), EntryKind::kAbsent, {});
  }
  /// The value, "absent" for a negative entry, or none.
  std::optional<std::string> Get(std::string_view key) {
    std::optional<std::string> found;
    cache_.Find(KeyOf(key), [&](const Entry& entry) {
      found = entry.kind == EntryKind::kAbsent ? "absent" : std::string(entry.value());
      return true;
    });
    return found;
  }
  bool Has(std::string_view key) {
    return cache_.Peek(KeyOf(key), [](const Entry&) {});
  }

  // A write in the steps of the protocol: Announce, Drop, the commit, PutWritten if it writes through, End.
  WriteTicket Announce(std::string_view key) { return cache_.BeginWrite(LeaseKeyOf(key)); }
  void Drop(std::string_view key) { cache_.Erase(KeyOf(key)); }
  WriteTicket Begin(std::string_view key) {
    const WriteTicket ticket = Announce(key);
    Drop(key);
    return ticket;
  }
  Fill PutWritten(std::string_view key, const WriteTicket& ticket, std::string_view value) {
    return cache_.PutWritten(KeyOf(key), LeaseKeyOf(key), ticket, value);
  }
  void End(std::string_view key) {
    cache_.EndWrite(LeaseKeyOf(key), {}, [](const Block& block) { return block; });
  }

  CacheStats Stats() const {
    CacheStats stats;
    cache_.AddTo(&stats);
    return stats;
  }

 private:
  /// Where entries lie, and so which are in each other's way, is the same in every run.
  /// Of the key whose lease covers this one, as a channel's covers its messages.
  Key LeaseKeyOf(std::string_view key) {
    // Kept in a thread's own place, as a Key is a view.
    static thread_local std::string bytes;
    bytes.assign(key).append("'s lease");
    return KeyOf(bytes);
  }

  static CacheConfig Seeded(CacheConfig config) {
    if (config.seed == 0) config.seed = 42;
    return config;
  }

  Cache cache_;
};

}  // namespace rookery::cache
