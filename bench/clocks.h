// The clocks that everything is timed with, in nanoseconds from some beginning.
#pragma once

#include <chrono>
#include <cstdint>

namespace rookery::bench {

/// What a person would see go by.
inline std::int64_t WallNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Of the processor, used by this thread.
std::int64_t ThreadNanoseconds();
/// By all threads of this process.
std::int64_t ProcessNanoseconds();

}  // namespace rookery::bench
