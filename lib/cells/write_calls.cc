#include "cells/write_calls.h"

#include <algorithm>
#include <thread>

namespace rookery::cells {

bool WriteCalls::Await(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const base::MutexLock lock(mutex_);
  const std::uint32_t before = now_.load();
  // Who waited last may have given up.
  if (!AwaitEmpty(1 - before, deadline)) return false;
  now_.store(1 - before);
  return AwaitEmpty(before, deadline);
}

bool WriteCalls::AwaitEmpty(std::uint32_t set, std::chrono::steady_clock::time_point deadline) const {
  constexpr std::chrono::microseconds kLook{200};
  const auto idle = [&] {
    return std::all_of(lines_.begin(), lines_.end(), [&](const Line& line) { return line.counters[set].load() == 0; });
  };
  while (!idle()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

}  // namespace rookery::cells
