#include "interrupt.h"

#include <unistd.h>

#include <string_view>

#include "errors.h"

namespace rookery::python {
namespace {

void RaiseSignals() {
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

}  // namespace

LongCall::LongCall(const StoreCore& core, nb::handle progress) : core_(core), progress_(progress) {
  if (!progress.is_none() && PyCallable_Check(progress.ptr()) == 0) {
    RaiseWrongType("progress", "a callable(done, total) or None", progress);
  }
}

bool LongCall::Due() noexcept {
  constexpr std::chrono::milliseconds kInterval{100};
  const auto now = std::chrono::steady_clock::now();
  if (now - last_look_ < kInterval) return false;
  last_look_ = now;
  return true;
}

bool LongCall::Look() noexcept { return Continues() && (!Due() || CallPython(RaiseSignals)); }

bool LongCall::Look(std::uint64_t done, std::optional<std::uint64_t> total) noexcept {
  if (!Continues()) return false;
  return !Due() || CallPython([&] {
    RaiseSignals();
    Tell(done, total);
  });
}

void LongCall::Tell(std::uint64_t done, std::optional<std::uint64_t> total) const {
  if (progress_.is_none()) return;
  progress_(done, total ? nb::object(nb::int_(*total)) : nb::none());
}

void LongCall::EndForkedChild() const noexcept {
  if (forked_before_ || !core_.forked()) return;
  // A callback forked and its child came back: going on would write to the parent's files from two processes.
  constexpr std::string_view kMessage =
      "rookery: a forked child returned from a callback into its parent's store; the child ends here\n";
  static_cast<void>(!::write(STDERR_FILENO, kMessage.data(), kMessage.size()));
  ::_exit(1);
}

void LongCall::Check(const Status& status) const {
  if (raised_ != nullptr) std::rethrow_exception(raised_);
  const bool stopped = status.code() == StatusCode::kInterrupted || status.code() == StatusCode::kClosed;
  if (stopped && core_.closing()) Raise(core_.WhyUnusable());
  python::Check(status);
}

void LongCall::Finish(std::uint64_t done, std::optional<std::uint64_t> total) const { Tell(done, total); }

}  // namespace rookery::python
