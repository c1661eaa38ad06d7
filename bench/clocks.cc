#include "bench/clocks.h"

#include <time.h>

namespace rookery::bench {

std::int64_t ThreadNanoseconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace rookery::bench
