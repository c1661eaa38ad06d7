// Holds up writes to certain channels while it is changed where they go.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "cells/cell_set.h"

namespace rookery::cells {

/// How long to wait for calls that are under way.
inline constexpr std::chrono::seconds kLongestWait{10};

/// One thread at a time changes cells; nobody waits for it, as it may take long.
inline Status ChangingAlready() {
  constexpr std::chrono::seconds kRetryAfter{1};
  return Status(StatusCode::kBusy, "cells are being changed already; try again when that has ended")
      .WithRetryAfter(kRetryAfter);
}

/// Bulk loads do not pass by the ways that are watched, so there must be none: while this lives, none begins. Null: the
/// engine knows none.
inline Result<std::unique_ptr<engine::Intake>> KeepLoadsOut(const store::StoreImpl& store) {
  Result<std::unique_ptr<engine::Intake>> intake = store.context().engine->NewIntake();
  if (!intake && intake.error().code() == StatusCode::kUnsupported) return std::unique_ptr<engine::Intake>();
  return intake;
}

/// From its construction to its destruction, or until the store is closed. Owned by one thread; one at a time.
class CellSet::Holding {
 public:
  /// `holds`: whether writes to a channel are to be held up.
  Holding(CellSet* set, std::function<bool(std::string_view)> holds) : set_(*set) {
    auto hold = std::make_shared<Hold>();
    hold->holds = std::move(holds);
    const base::MutexLock lock(set_.rules_mutex_);
    set_.hold_ = std::move(hold);
    set_.plain_.store(false);
  }
  ~Holding() {
    if (kept_) return;
    const base::MutexLock lock(set_.rules_mutex_);
    set_.hold_->released->Set();
    set_.hold_.reset();
  }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;

  /// Of a write to the catalog. If it failed, nobody knows what the catalog will say after reopening: so until then
  /// nothing is written to these channels.
  Status KeepUnlessKnown(Status written) {
    kept_ = !written.ok() && written.code() != StatusCode::kBusy;
    return written;
  }
  bool kept() const { return kept_; }

 private:
  CellSet& set_;
  bool kept_ = false;
};

}  // namespace rookery::cells
