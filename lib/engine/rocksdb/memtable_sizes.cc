#include "engine/rocksdb/memtable_sizes.h"

#include <algorithm>

namespace rookery::engine {
namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;

constexpr std::size_t kSmallestWriteBuffer = 256 * kKiB;
constexpr std::size_t kLargestWriteBuffer = 64 * kMiB;
constexpr std::size_t kSmallestArenaBlock = 16 * kKiB;
constexpr std::size_t kLargestArenaBlock = 64 * kKiB;
constexpr std::size_t kPage = 4 * kKiB;

}  // namespace

MemtableSizes DivideWriteBuffer(std::size_t budget_bytes, std::size_t families) {
  const std::size_t share = budget_bytes / families;
  // Twice the share: memtables are half full on average. A quarter of the budget at most: one fills while one is
  // flushed.
  const std::size_t buffer = std::min({2 * share, budget_bytes / 4, kLargestWriteBuffer});
  const std::size_t arena = share / 4 / kPage * kPage;
  return {.write_buffer_bytes = std::max(buffer, kSmallestWriteBuffer),
          .arena_block_bytes = std::clamp(arena, kSmallestArenaBlock, kLargestArenaBlock)};
}

}  // namespace rookery::engine
