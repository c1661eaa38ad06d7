// Cache hit: the core of the read cache beside RocksDB's own caches, with nothing around them. Every lookup hits,
// copies the value into the caller's memory and lets go of the entry.
#include <algorithm>
#include <memory>

#include "bench/caches/hit_task.h"
#include "bench/caches/subjects.h"
#include "bench/entrant.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kFewEntries = 16'384;
constexpr std::size_t kManyEntries = 1'000'000;
constexpr std::size_t kWeighedEntries = 200'000;
// Ample for all entries of any of the caches.
constexpr std::size_t kCapacity = std::size_t{64} << 20;
constexpr std::size_t kLargeCapacity = std::size_t{512} << 20;

/// As in the other scenarios: a small chat shows that answers are right.
HitSizes SizesFor(const Chat& chat, std::size_t entries, std::size_t capacity) {
  const std::size_t messages = chat.sizes().messages;
  const std::size_t weighed = std::max(entries, kWeighedEntries);
  return {.timed = {capacity, std::min(entries, messages)},
          .weighed = {capacity, std::min(weighed, messages)},
          .lookups = std::clamp<std::size_t>(messages * 2, 10'000, 2'000'000),
          // A lookup among many entries waits for memory, and takes ten times as long.
          .passes = entries <= kFewEntries ? std::size_t{4} : std::size_t{1}};
}

template <typename Cache>
Entrant EntrantOf(std::string_view name, std::size_t entries, std::size_t capacity) {
  return {name, [=](const Ground& ground) {
            return std::make_unique<HitTask<Cache>>(SizesFor(ground.workload.chat, entries, capacity));
          }};
}

Entrants CachesOf(std::size_t entries, std::size_t capacity) {
  return {.baseline = "rocksdb-lru",
          .all = {EntrantOf<RocksDbLruCache>("rocksdb-lru", entries, capacity),
                  EntrantOf<RocksDbClockCache>("rocksdb-clock", entries, capacity),
                  EntrantOf<RookeryCache>("rookery", entries, capacity)}};
}

}  // namespace

Entrants CacheHit() { return CachesOf(kFewEntries, kCapacity); }
Entrants CacheHitLarge() { return CachesOf(kManyEntries, kLargeCapacity); }

}  // namespace rookery::bench
