#include "base/event.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace rookery::base {

void Event::Set() {
  state_.store(1, std::memory_order_release);
  WakeTwo();
}

void Event::WakeTwo() { ::syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 2, nullptr, nullptr, 0); }

bool Event::Wait(const Deadline& deadline) {
  timespec until{};
  // A time before the clock's first is none that a futex knows.
  if (deadline && deadline->time_since_epoch().count() < 0) return is_set();
  if (deadline) {
    // The clock that futexes are told of, in libstdc++ and libc++.
    const auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(deadline->time_since_epoch()).count();
    constexpr std::int64_t kSecond = 1'000'000'000;
    until = {.tv_sec = time / kSecond, .tv_nsec = time % kSecond};
  }
  while (!is_set()) {
    const long result = ::syscall(SYS_futex, &state_, FUTEX_WAIT_BITSET_PRIVATE, 0, deadline ? &until : nullptr,
                                  nullptr, FUTEX_BITSET_MATCH_ANY);
    if (result == 0 && is_set()) {
      WakeTwo();
    } else if (result != 0 && errno != EINTR && errno != EAGAIN) {
      return is_set();  // late
    }
  }
  return true;
}

}  // namespace rookery::base
