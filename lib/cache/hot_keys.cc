#include "cache/hot_keys.h"

#include <algorithm>

namespace rookery::cache {

constinit thread_local HotKeys::Sampling HotKeys::sampling;

void HotKeys::Count(std::string_view key) {
  if (!mutex_.try_lock()) return;
  const base::MutexLock lock(mutex_, std::adopt_lock);
  const auto by_count = [](const Counter& a, const Counter& b) { return a.count < b.count; };
  const auto found =
      std::find_if(counters_.begin(), counters_.end(), [key](const Counter& counter) { return counter.key == key; });
  if (found != counters_.end()) {
    ++found->count;
  } else if (counters_.size() < kCounters) {
    counters_.push_back({std::string(key), 1});
  } else {
    Counter& smallest = *std::min_element(counters_.begin(), counters_.end(), by_count);
    smallest = {std::string(key), smallest.count + 1};
  }
}

std::vector<std::pair<std::string, std::uint64_t>> HotKeys::Top(std::size_t most) const {
  std::vector<Counter> counters;
  {
    const base::MutexLock lock(mutex_);
    counters = counters_;
  }
  std::sort(counters.begin(), counters.end(), [](const Counter& a, const Counter& b) { return a.count > b.count; });
  counters.resize(std::min(most, counters.size()));
  std::vector<std::pair<std::string, std::uint64_t>> top;
  for (Counter& counter : counters) top.emplace_back(std::move(counter.key), counter.count * kSampleEvery);
  return top;
}

}  // namespace rookery::cache
