// What lives in an open store beyond one call: a reader, an upload, a load. Python may close the store, fork, use it
// from several threads or forget it at any time.
//
// Idea: every use goes through Do(), one at a time and only while the store is open. The destructor waits for a
// closing that is under way; a forked child leaks the thing, which is its parent's.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "core.h"

namespace rookery::python {

/// Thread-safe.
template <typename Thing>
class Tied {
 public:
  Tied(std::shared_ptr<StoreCore> core, Thing thing)
      : core_(std::move(core)), thing_(std::make_unique<Thing>(std::move(thing))) {}
  ~Tied();
  Tied(const Tied&) = delete;
  Tied& operator=(const Tied&) = delete;

  const StoreCore& core() const noexcept { return *core_; }

  /// Calls work(thing) and returns its Result or Status, or says why it cannot be used. kInvalidArgument if this thread
  /// is in a call of Do already: a signal handler or a callback of the work.
  /// REQUIRES: the thread does not hold the GIL.
  template <typename Work>
  auto Do(Work&& work) -> std::invoke_result_t<Work, Thing&>;
  /// The same without the GIL. REQUIRES: the thread holds it.
  template <typename Work>
  auto With(Work&& work) -> std::invoke_result_t<Work, Thing&> {
    const ReleasedGil released;
    return Do(std::forward<Work>(work));
  }

 private:
  /// Says which thread is in Do(), for its lifetime.
  class Turn {
   public:
    explicit Turn(Tied* tied) : tied_(*tied), lock_(tied->mutex_) { tied_.user_ = std::this_thread::get_id(); }
    ~Turn() { tied_.user_ = std::thread::id(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Tied& tied_;
    const std::lock_guard<std::mutex> lock_;
  };

  const std::shared_ptr<StoreCore> core_;
  std::mutex mutex_;
  std::atomic<std::thread::id> user_{};
  std::unique_ptr<Thing> thing_;  // used under mutex_
};

template <typename Thing>
Tied<Thing>::~Tied() {
  if (core_->forked()) {
    static_cast<void>(thing_.release());
    return;
  }
  std::optional<ReleasedGil> released;
  if (HoldsGil()) released.emplace();
  const StoreCore::Use use = core_->Enter();
  if (!use) static_cast<void>(core_->Close());
  thing_.reset();
}

template <typename Thing>
template <typename Work>
auto Tied<Thing>::Do(Work&& work) -> std::invoke_result_t<Work, Thing&> {
  if (core_->forked()) return core_->WhyUnusable();
  if (user_ == std::this_thread::get_id()) {
    return Status(StatusCode::kInvalidArgument, "a callback or a signal handler cannot use what called it");
  }
  const Turn turn(this);
  const StoreCore::Use use = core_->Enter();
  if (!use) return core_->WhyUnusable();
  return std::forward<Work>(work)(*thing_);
}

}  // namespace rookery::python
