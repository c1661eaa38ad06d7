// How a store's memory is divided among its parts. Pure.
//
// Idea: parts that are given by themselves keep what they were given; what is left is divided among the others in fixed
// proportions. Without a number for the whole every part has its default, unless those together exceed `ceiling`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "rookery/options.h"

namespace rookery::store {

/// Bytes.
struct MemoryPlan {
  std::size_t block_cache = 0;    // blocks, indexes and filters of the engine
  std::size_t memtables = 0;      // of all shards
  std::size_t message_cache = 0;  // 0: none
  std::size_t mailboxes = 0;      // of those who write asynchronously
  std::size_t loaders = 0;        // of bulk loads: runs that are being sorted
  std::size_t bucket_map = 0;     // what is kept of the buckets of channels

  std::size_t total() const { return block_cache + memtables + message_cache + mailboxes + loaders + bucket_map; }
};

struct MemoryWishes {
  std::optional<std::size_t> total = {};
  std::optional<std::size_t> block_cache = {};
  std::optional<std::size_t> memtables = {};
  std::optional<std::size_t> message_cache = {};
  /// What all may take if there is no total. Absent: as much as they like.
  std::optional<std::size_t> ceiling = {};
};

/// What the options ask for.
MemoryWishes WishesOf(const StoreOptions& options);

/// No part is less than 1 MiB, but for a message cache that is given as 0.
MemoryPlan DivideMemory(const MemoryWishes& wishes);

/// The least that `StoreOptions::memory` may be.
inline constexpr std::size_t kMinMemory = std::size_t{8} << 20;

}  // namespace rookery::store
