// A place of its own for each living thread, so that it may write there without asking anybody.
//
// Places are given again when threads end, so that however many threads come and go, those that live at one time have
// the lowest ones. What a thread wrote to its place is seen by the one who has it next.
#pragma once

#include <cstddef>

namespace rookery::base {

inline constexpr std::size_t kThreadSlots = 128;

namespace internal {

inline constexpr std::size_t kNotAskedYet = kThreadSlots + 1;
[[gnu::tls_model("initial-exec")]] extern constinit thread_local std::size_t thread_slot;
/// For threads without one.
std::size_t TakeThreadSlot();

}  // namespace internal

/// Less than kThreadSlots: this thread's own until it ends. kThreadSlots: all were taken when it asked first, or it is
/// ending; it has to share.
inline std::size_t ThreadSlot() {
  const std::size_t slot = internal::thread_slot;
  return slot < kThreadSlots ? slot : internal::TakeThreadSlot();
}

}  // namespace rookery::base
