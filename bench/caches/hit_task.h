// Times hits in one kind of cache: one caller, then two at once, each with an order of its own; and what an entry takes
// of memory.
#pragma once

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "bench/caches/items.h"
#include "bench/caches/subjects.h"
#include "bench/clocks.h"
#include "bench/crowd.h"
#include "bench/failure.h"
#include "bench/memory_use.h"
#include "bench/processors.h"
#include "bench/worker.h"

namespace rookery::bench {

struct HitSizes {
  CacheSizes timed;
  CacheSizes weighed;       // of the cache whose memory is measured: enough entries that pages do not matter
  std::size_t lookups = 0;  // in an order
  std::size_t passes = 0;   // over it, in a round
};

/// Beside key and value. Bytes.
struct EntryOverhead {
  double resident = 0;  // as the kernel sees it
  double used = 0;      // as the cache says
};

template <typename Cache>
std::unique_ptr<Cache> NewFilledCache(const CacheSizes& sizes) {
  auto cache = std::make_unique<Cache>(sizes);
  for (std::size_t item = 0; item < sizes.entries; ++item) cache->Insert(KeyOfItem(item), ValueOfItem(item));
  ItemValue value{};
  for (std::size_t item = 0; item < sizes.entries; ++item) {
    Require(cache->Lookup(KeyOfItem(item), &value), "an item is missing from a cache that has room for all");
    Require(value == ValueOfItem(item), "the cache gave the value of another item");
  }
  return cache;
}

template <typename Cache>
EntryOverhead WeighEntries(const CacheSizes& sizes) {
  // What was freed before would be used again, and count as nothing.
  ::malloc_trim(0);
  const auto before = static_cast<double>(ReadMemoryUse().now);
  const auto cache = NewFilledCache<Cache>(sizes);
  const double grown = static_cast<double>(ReadMemoryUse().now) - before;
  const auto entries = static_cast<double>(sizes.entries);
  constexpr double kItemBytes = kItemKeyBytes + kItemValueBytes;
  return {grown / entries - kItemBytes, static_cast<double>(cache->UsedBytes()) / entries - kItemBytes};
}

template <typename Cache>
class HitTask final : public Task {
 public:
  explicit HitTask(const HitSizes& sizes)
      : overhead_(WeighEntries<Cache>(sizes.weighed)),
        passes_(sizes.passes),
        cache_(NewFilledCache<Cache>(sizes.timed)),
        one_(1, [this](std::size_t caller) { LookUpAll(caller); }),
        two_(kMostCallers, [this](std::size_t caller) { LookUpAll(caller); }) {
    keys_.reserve(sizes.timed.entries);
    for (std::size_t item = 0; item < sizes.timed.entries; ++item) keys_.push_back(KeyOfItem(item));
    for (std::size_t i = 0; i < kMostCallers; ++i) {
      callers_[i].order = NewLookupOrder(sizes.timed.entries, sizes.lookups, i);
    }
  }

  Measurement RunRound(int /*round*/) override {
    // Brings back to the processor what the others displaced.
    Time(&two_, kMostCallers);
    const Speed one = Time(&one_, 1);
    const Speed two = Time(&two_, kMostCallers);
    return {{"reads_per_second", "reads/s", one.per_second},
            {"cpu_per_read", "ns", one.cpu_nanoseconds},
            {"reads_per_second_2_threads", "reads/s", two.per_second},
            {"scaling_2_threads", "x", two.per_second / one.per_second},
            {"cpu_per_read_2_threads", "ns", two.cpu_nanoseconds},
            {"memory_per_entry", "bytes", overhead_.resident},
            {"used_per_entry", "bytes", overhead_.used}};
  }
  void Finish() override {}

 private:
  static constexpr std::size_t kMostCallers = 2;

  struct Speed {
    double per_second;
    double cpu_nanoseconds;  // of one lookup
  };
  struct alignas(64) Caller {
    LookupOrder order;
    std::uint64_t sum = 0;
    std::int64_t cpu = 0;
  };

  Speed Time(Crowd* crowd, std::size_t callers) {
    const auto nanoseconds = static_cast<double>(LastDone(crowd->Release()));
    std::int64_t cpu = 0;
    for (const Caller& caller : std::span(callers_).first(callers)) {
      Require(caller.sum == caller.order.expected_sum * passes_, "the cache gave wrong values, or missed");
      cpu += caller.cpu;
    }
    const auto lookups = static_cast<double>(callers * passes_ * callers_.front().order.items.size());
    return {lookups * 1e9 / nanoseconds, static_cast<double>(cpu) / lookups};
  }

  void LookUpAll(std::size_t index) {
    StayOnProcessor(index);
    Caller& caller = callers_[index];
    const std::int64_t begin = ThreadNanoseconds();
    std::uint64_t sum = 0;
    ItemValue value{};
    for (std::size_t pass = 0; pass < passes_; ++pass) {
      for (const std::uint32_t item : caller.order.items) {
        // A miss leaves the value before in place, whose head makes the sum wrong, as another value does.
        cache_->Lookup(keys_[item], &value);
        // The whole copy counts as used, or the compiler would leave most of it out.
        asm volatile("" : : "r"(value.data()) : "memory");
        sum += HeadOf(value);
      }
    }
    caller.sum = sum;
    caller.cpu = ThreadNanoseconds() - begin;
  }

  const EntryOverhead overhead_;  // first: the cache that is weighed is gone before there is another
  const std::size_t passes_;
  const std::unique_ptr<Cache> cache_;
  std::vector<ItemKey> keys_;
  std::array<Caller, kMostCallers> callers_;
  Crowd one_;  // last: their threads use all of the above
  Crowd two_;
};

}  // namespace rookery::bench
