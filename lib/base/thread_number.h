// A small number for each thread, to spread threads over places of their own.
#pragma once

#include <atomic>
#include <cstddef>

namespace rookery::base {

/// From 1 on, in the order in which threads first ask; of threads that have ended, not given again. It means nothing
/// else.
inline std::size_t ThreadNumber() {
  static std::atomic<std::size_t> last{0};
  [[gnu::tls_model("initial-exec")]] static constinit thread_local std::size_t number = 0;
  if (number == 0) [[unlikely]]
    number = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return number;
}

}  // namespace rookery::base
