#include "cache/policy.h"

#include "cache/adaptive_policy.h"
#include "cache/exact_lru_policy.h"
#include "cache/fifo_policy.h"
#include "cache/lfu_policy.h"
#include "cache/lru_policy.h"
#include "cache/random_policy.h"

namespace rookery::cache {

std::unique_ptr<Policy> NewPolicy(CachePolicy policy, const EntryInfo* info, std::uint64_t seed) {
  switch (policy) {
    case CachePolicy::kAdaptive:
      return std::make_unique<AdaptivePolicy>(info, seed);
    case CachePolicy::kLru:
      return std::make_unique<LruPolicy>(seed);
    case CachePolicy::kExactLru:
      return std::make_unique<ExactLruPolicy>();
    case CachePolicy::kLfu:
      return std::make_unique<LfuPolicy>(seed);
    case CachePolicy::kFifo:
      return std::make_unique<FifoPolicy>();
    case CachePolicy::kRandom:
      return std::make_unique<RandomPolicy>(seed);
  }
  return nullptr;  // not a policy
}

}  // namespace rookery::cache
