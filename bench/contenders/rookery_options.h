// How Rookery's stores are opened here: with the shards and the memory that every contender has.
#pragma once

#include <cstddef>

#include "bench/contender.h"
#include "rookery/options.h"

namespace rookery::bench {

/// `cache_bytes`: of the cache of messages; 0: none.
inline StoreOptions RookeryOptions(std::size_t cache_bytes) {
  return {.routing = HashRouting{.shards = kShards},
          .tuning = {.block_cache_bytes = kCacheBytes, .write_buffer_bytes = kWriteBufferBytes},
          .cache = {.capacity = cache_bytes},
          .durability = Durability::kBuffered};
}

}  // namespace rookery::bench
