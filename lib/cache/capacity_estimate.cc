#include "cache/capacity_estimate.h"

#include <algorithm>
#include <bit>

namespace rookery::cache {
namespace {

constexpr std::size_t kEnoughBytes = std::size_t{1} << 19;
constexpr unsigned kFewestSampleBits = 6;
constexpr unsigned kMostSampleBits = 20;

unsigned SampleBitsFor(std::size_t capacity) {
  const auto bits = static_cast<unsigned>(std::bit_width(capacity / kEnoughBytes));
  return std::clamp(bits, kFewestSampleBits + 1, kMostSampleBits + 1) - 1;
}

double HitRatioOf(const SimulatedCache& cache) {
  const std::uint64_t accesses = cache.hits() + cache.misses();
  return accesses == 0 ? 0 : static_cast<double>(cache.hits()) / static_cast<double>(accesses);
}

}  // namespace

CapacityEstimate::CapacityEstimate(CachePolicy policy, std::size_t capacity, std::uint64_t seed)
    : sample_bits_(SampleBitsFor(capacity)),
      sample_mask_((std::uint64_t{1} << sample_bits_) - 1),
      caches_{SimulatedCache(policy, Scaled(capacity, kHalf), seed),
              SimulatedCache(policy, Scaled(capacity, kSame), seed),
              SimulatedCache(policy, Scaled(capacity, kDouble), seed)} {}

void CapacityEstimate::Note(std::uint64_t hash, std::size_t charge) {
  if (!mutex_.try_lock()) return;
  const base::MutexLock lock(mutex_, std::adopt_lock);
  for (SimulatedCache& cache : caches_) cache.Access(hash, charge);
}

CapacityEstimate::HitRatios CapacityEstimate::Estimate() const {
  const base::MutexLock lock(mutex_);
  return {.at_half = HitRatioOf(caches_[kHalf]),
          .at_same = HitRatioOf(caches_[kSame]),
          .at_double = HitRatioOf(caches_[kDouble]),
          .samples = caches_[kSame].hits() + caches_[kSame].misses()};
}

std::size_t CapacityEstimate::memory_bytes() const {
  const base::MutexLock lock(mutex_);
  std::size_t bytes = sizeof(*this);
  for (const SimulatedCache& cache : caches_) bytes += cache.memory_bytes();
  return bytes;
}

void CapacityEstimate::SetCapacity(std::size_t capacity) {
  const base::MutexLock lock(mutex_);
  for (const Size size : {kHalf, kSame, kDouble}) caches_[size].SetCapacity(Scaled(capacity, size));
}

}  // namespace rookery::cache
