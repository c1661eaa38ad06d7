#include "bench/clocks.h"

#include <time.h>

namespace rookery::bench {

namespace {

std::int64_t Read(clockid_t clock) {
  timespec used{};
  ::clock_gettime(clock, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace

std::int64_t ThreadNanoseconds() { return Read(CLOCK_THREAD_CPUTIME_ID); }
std::int64_t ProcessNanoseconds() { return Read(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace rookery::bench
