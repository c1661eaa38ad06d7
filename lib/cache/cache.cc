#include "cache/cache.h"

#include <algorithm>
#include <bit>
#include <random>
#include <thread>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rookery::cache {
namespace {

/// Sharding costs hit ratio below about a thousand entries per shard, and an entry may take an eighth of a shard.
constexpr std::size_t kLeastShardBytes = std::size_t{8} << 20;
constexpr std::size_t kMostShards = 256;

std::uint64_t HashOf(std::string_view key, std::uint64_t seed) {
  return XXH3_64bits_withSeed(key.data(), key.size(), seed);
}

std::uint64_t RandomSeed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

std::size_t ShardsFor(const CacheConfig& config) {
  if (config.shards != 0) return std::min(std::bit_ceil(config.shards), kMostShards);
  const std::size_t by_processors = 4 * std::max(1U, std::thread::hardware_concurrency());
  const std::size_t by_capacity = std::max<std::size_t>(1, config.capacity / kLeastShardBytes);
  return std::bit_floor(std::min({by_processors, by_capacity, kMostShards}));
}

}  // namespace

Cache::Cache(const CacheConfig& config)
    : context_{.policy = config.policy,
               .seed = config.seed != 0 ? config.seed : RandomSeed(),
               .hash = config.hash != nullptr ? config.hash : HashOf,
               .clock = CacheClock(config.ttl, config.clock),
               .epochs = {}},
      shard_mask_(ShardsFor(config) - 1),
      capacity_(config.capacity),
      estimate_(config.policy, config.capacity, context_.seed) {
  for (std::size_t i = 0; i <= shard_mask_; ++i) {
    shards_.push_back(std::make_unique<Shard>(&context_, config.capacity / (shard_mask_ + 1)));
  }
}

Lease Cache::LeaseOf(const Key& key) {
  const EpochDomain::Guard guard(&context_.epochs);
  return ShardOf(key).LeaseOf(key);
}

Fill Cache::PutUnder(const Key& key, const Key& lease_key, const Lease& lease, std::uint64_t own_writes, Entry* entry) {
  if (entry == nullptr) return Fill::kTooLarge;
  const bool is_read = own_writes == 0;
  if (is_read && estimate_.Sampled(key.hash())) estimate_.Note(key.hash(), entry->charge());
  return ShardOf(key).Put(key, entry, [&] {
    const EpochDomain::Guard guard(&context_.epochs);
    return ShardOf(lease_key).CheckLease(lease_key, lease, own_writes);
  });
}

Fill Cache::Put(const Key& key, const Key& lease_key, const Lease& lease, EntryKind kind, std::string_view value) {
  return PutUnder(key, lease_key, lease, /*own_writes=*/0, Entry::New(key.bytes(), value, kind));
}

Fill Cache::PutWritten(const Key& key, const Key& lease_key, const WriteTicket& ticket, std::string_view value) {
  const Lease lease{ticket.version, ticket.generation, /*usable=*/true};
  return PutUnder(key, lease_key, lease, /*own_writes=*/1, Entry::New(key.bytes(), value, EntryKind::kValue));
}

Fill Cache::PutBlock(const Key& key, const Lease& lease, Block block) {
  return PutUnder(key, key, lease, /*own_writes=*/0,
                  Entry::NewBlock(key.bytes(), std::move(block.object), block.bytes));
}

void Cache::SetCapacity(std::size_t bytes) {
  capacity_.store(bytes, std::memory_order_relaxed);
  for (const auto& shard : shards_) shard->SetCapacity(bytes / shards_.size());
  estimate_.SetCapacity(bytes);
}

void Cache::Clear() {
  for (const auto& shard : shards_) shard->Clear();
}

void Cache::AddTo(CacheStats* stats) const {
  stats->capacity_bytes = capacity_.load(std::memory_order_relaxed);
  for (const EpochDomain::Slot& slot : context_.epochs.slots()) {
    const auto read = [](const std::atomic<std::uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
    stats->value_hits += read(slot.counters.hits[static_cast<std::size_t>(EntryKind::kValue)]);
    stats->absent_hits += read(slot.counters.hits[static_cast<std::size_t>(EntryKind::kAbsent)]);
    stats->window_hits += read(slot.counters.hits[static_cast<std::size_t>(EntryKind::kBlock)]);
    stats->misses += read(slot.counters.misses);
    stats->expired += read(slot.counters.expired);
  }
  for (const auto& shard : shards_) {
    const ShardCounters counters = shard->Read();
    stats->used_bytes += counters.bytes;
    stats->retired_bytes += counters.retired_bytes;
    stats->values += counters.entries[static_cast<std::size_t>(EntryKind::kValue)];
    stats->absences += counters.entries[static_cast<std::size_t>(EntryKind::kAbsent)];
    stats->windows += counters.entries[static_cast<std::size_t>(EntryKind::kBlock)];
    const auto fills = [&](Fill fill) { return counters.fills[static_cast<std::size_t>(fill)]; };
    stats->fills += fills(Fill::kInstalled);
    stats->write_inserts += counters.write_inserts;
    stats->refused_written += fills(Fill::kWritten);
    stats->refused_pending += fills(Fill::kPending);
    stats->refused_present += fills(Fill::kPresent);
    stats->refused_too_large += fills(Fill::kTooLarge);
    stats->refused_resized += fills(Fill::kResized);
    stats->refused_full += fills(Fill::kFull);
    const auto removals = [&](Removal removal) { return counters.removals[static_cast<std::size_t>(removal)]; };
    stats->evicted_size += removals(Removal::kSize);
    stats->evicted_expired += removals(Removal::kExpired);
    stats->evicted_written += removals(Removal::kWritten);
    stats->evicted_replaced += removals(Removal::kReplaced);
    stats->evicted_crowded += removals(Removal::kCrowded);
  }
  const CapacityEstimate::HitRatios estimate = estimate_.Estimate();
  stats->hit_ratio_at_half = estimate.at_half;
  stats->hit_ratio_at_same = estimate.at_same;
  stats->hit_ratio_at_double = estimate.at_double;
  stats->estimate_samples = estimate.samples;
}

}  // namespace rookery::cache
