#include "bench/processors.h"

#include <sched.h>
#include <unistd.h>

namespace rookery::bench {

void StayOnProcessor(std::size_t number) {
  cpu_set_t allowed;
  // Of the main thread, which is not kept anywhere.
  if (::sched_getaffinity(::getpid(), sizeof allowed, &allowed) != 0) return;
  for (std::size_t processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &allowed) || number-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    ::sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

}  // namespace rookery::bench
