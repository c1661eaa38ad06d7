// The keys that are asked for most, by a sample of the asking: the Space-Saving sketch (A. Metwally et al., 2005).
//
// A fixed number of counters; a key without one takes the smallest over, count and all. So a key that was asked for
// more often than once in as many times as there are counters has one, and its count is at most that much too high.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace rookery::cache {

/// Thread-safe.
class HotKeys {
 public:
  /// Counts one use in so many, on average. How many exactly is drawn by lot: uses may come in a rhythm of their own.
  static constexpr unsigned kSampleEvery = 16;

  /// Never waits: while another thread is counting, the use is not counted.
  void Note(std::string_view key) {
    if (sampling.left-- == 0) [[unlikely]] {
      // A multiplicative generator, of which the upper bits are good.
      sampling.state = sampling.state * 0x5851F42D4C957F2DU + 1;
      sampling.left = static_cast<unsigned>(sampling.state >> 33) % (2 * kSampleEvery - 1);
      Count(key);
    }
  }

  /// The keys with the most uses, most first, and about how many those were.
  std::vector<std::pair<std::string, std::uint64_t>> Top(std::size_t most) const;

 private:
  static constexpr std::size_t kCounters = 128;
  struct Counter {
    std::string key;
    std::uint64_t count;
  };
  /// Of a thread; all instances have it in common.
  struct Sampling {
    std::uint64_t state = 1;
    unsigned left = kSampleEvery / 2;
  };
  [[gnu::tls_model("initial-exec")]] static constinit thread_local Sampling sampling;

  void Count(std::string_view key);

  alignas(64) mutable base::Mutex mutex_;  // apart from what every hit reads
  std::vector<Counter> counters_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::cache
