// What the hit ratio would be if the cache were half or twice as large, while it runs.
//
// Idea: what happens to one key in n, chosen by hash, in a cache of an n-th of the bytes is about what happens to all
// keys in the whole cache (SHARDS: C. Waldspurger et al., 2015). So three small caches without values are told of each
// use of a chosen key. n is 64, and more for a larger cache, as half a MiB's worth of keys tells enough. An item that
// is larger than that share of the cache cannot be told of, so the estimate is poor for caches of a few large items.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/mutex.h"
#include "cache/simulated_cache.h"
#include "rookery/cache.h"

namespace rookery::cache {

/// Thread-safe.
class CapacityEstimate {
 public:
  struct HitRatios {  // each 0..1; 0 while there are no samples
    double at_half = 0;
    double at_same = 0;
    double at_double = 0;
    std::uint64_t samples = 0;
  };

  /// `capacity`: the whole cache's, in bytes. It chooses n, for good.
  CapacityEstimate(CachePolicy policy, std::size_t capacity, std::uint64_t seed);

  /// Whether to call Note for the key of this hash, every bit of which depends on the whole key.
  bool Sampled(std::uint64_t hash) const { return (hash & sample_mask_) == 0; }

  /// The key was asked for, and takes `charge` > 0 bytes if it is cached. Never waits: while another thread is here,
  /// the use is not counted.
  void Note(std::uint64_t hash, std::size_t charge);

  HitRatios Estimate() const;
  std::size_t memory_bytes() const;
  void SetCapacity(std::size_t capacity);

 private:
  enum Size : std::size_t { kHalf, kSame, kDouble, kSizes };

  std::size_t Scaled(std::size_t capacity, Size size) const { return (capacity >> (sample_bits_ + 1)) << size; }

  const unsigned sample_bits_;
  const std::uint64_t sample_mask_;
  alignas(64) mutable base::Mutex mutex_;  // apart from what every hit reads
  std::array<SimulatedCache, kSizes> caches_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::cache
