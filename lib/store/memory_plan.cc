#include "store/memory_plan.h"

#include <algorithm>
#include <array>

namespace rookery::store {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// One part while the plan is made. What a part gets of a total is in proportion to `weight`.
struct Part {
  std::size_t MemoryPlan::*target;
  std::optional<std::size_t> given;
  std::size_t standard;
  std::size_t weight;
};

/// Of 128, if nothing is given; the parts that nobody can give by themselves in the proportions of their standards, so
/// that dividing the sum of a plan gives the plan. Memtables come first: they are what many shards need and what makes
/// writes fast.
std::array<Part, 6> PartsOf(const MemoryWishes& wishes) {
  return {{{&MemoryPlan::block_cache, wishes.block_cache, 256 * kMiB, 31},
           {&MemoryPlan::memtables, wishes.memtables, 128 * kMiB, 51},
           {&MemoryPlan::message_cache, wishes.message_cache, 64 * kMiB, 18},
           {&MemoryPlan::mailboxes, std::nullopt, 32 * kMiB, 8},
           {&MemoryPlan::loaders, std::nullopt, 64 * kMiB, 16},
           {&MemoryPlan::bucket_map, std::nullopt, 16 * kMiB, 4}}};
}

}  // namespace

MemoryWishes WishesOf(const StoreOptions& options) {
  return {.total = options.memory,
          .block_cache = options.tuning.block_cache_bytes,
          .memtables = options.tuning.write_buffer_bytes,
          .message_cache = options.cache.capacity,
          .ceiling = std::nullopt};
}

MemoryPlan DivideMemory(const MemoryWishes& wishes) {
  const auto parts = PartsOf(wishes);
  std::size_t given = 0;
  std::size_t standard = 0;  // of the others
  std::size_t weights = 0;
  for (const Part& part : parts) {
    given += part.given.value_or(0);
    standard += part.given ? 0 : part.standard;
    weights += part.given ? 0 : part.weight;
  }
  const bool too_much = wishes.ceiling && given + standard > *wishes.ceiling;
  const std::optional<std::size_t> total = wishes.total ? wishes.total : too_much ? wishes.ceiling : std::nullopt;
  const std::size_t left = total.value_or(0) - std::min(total.value_or(0), given);
  MemoryPlan plan;
  for (const Part& part : parts) {
    const std::size_t share = total ? std::max(kMiB, left / weights * part.weight) : part.standard;
    plan.*part.target = part.given.value_or(share);
  }
  return plan;
}

}  // namespace rookery::store
