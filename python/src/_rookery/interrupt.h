// Long work in the engine that Python can follow and stop.
//
// The work runs on the calling thread without the GIL and calls Look() now and then, which looks for signals (Ctrl-C)
// and tells the caller's progress function, ten times a second at most. What either raises ends the work, and is
// raised by Check() in place of the work's own status. No Python runs on a thread of the engine.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>

#include "binding.h"
#include "core.h"
#include "rookery/status.h"

namespace rookery::python {

/// Used by one thread, which holds the GIL when it makes and destroys this and calls Check() or Finish().
class LongCall {
 public:
  /// `progress`: None or a callable(done: int, total: int | None). `core` must outlive this.
  LongCall(const StoreCore& core, nb::handle progress);
  LongCall(const LongCall&) = delete;
  LongCall& operator=(const LongCall&) = delete;

  /// False if the work is to end. REQUIRES: the thread does not hold the GIL.
  bool Look(std::uint64_t done, std::optional<std::uint64_t> total) noexcept;
  /// The same without a word to the progress function.
  bool Look() noexcept;

  /// Calls call() with the GIL. False if the work is to end, also if that was known before.
  template <typename Call>
  bool CallPython(Call&& call) noexcept {
    if (!Continues()) return false;
    {
      const HeldGil held;
      const StoreCore::Callback callback(core_);
      try {
        std::forward<Call>(call)();
      } catch (...) {
        raised_ = std::current_exception();
      }
    }
    EndForkedChild();
    return Continues();
  }

  /// Raises what Python raised meanwhile, or that the store was closed, or what `status` says.
  void Check(const Status& status) const;
  /// Tells the progress function where the work ended.
  void Finish(std::uint64_t done, std::optional<std::uint64_t> total) const;

 private:
  bool Continues() const noexcept { return raised_ == nullptr && !core_.closing(); }
  bool Due() noexcept;
  void Tell(std::uint64_t done, std::optional<std::uint64_t> total) const;
  void EndForkedChild() const noexcept;

  const StoreCore& core_;
  const nb::handle progress_;  // held by the caller's arguments
  const bool forked_before_ = core_.forked();
  std::chrono::steady_clock::time_point last_look_{};
  std::exception_ptr raised_;
};

}  // namespace rookery::python
