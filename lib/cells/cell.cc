#include "cells/cell.h"

#include <thread>

namespace rookery::cells {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kBetweenLooks{250};

std::string WithoutFullStop(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

std::string ReadOnlyReason(std::uint64_t disk_bytes, std::uint64_t quota_bytes, const engine::StallReport& stall,
                           std::chrono::milliseconds longest_stall) {
  if (quota_bytes != 0 && disk_bytes >= quota_bytes) {
    return "it has " + std::to_string(disk_bytes) + " bytes on disk and a quota of " + std::to_string(quota_bytes) +
           "; delete messages and compact the store, or move channels to another cell";
  }
  if (stall.state == StallState::kStopped && stall.lasting >= longest_stall) {
    return "its engine has taken no writes for " + std::to_string(stall.lasting.count()) + " ms (" + stall.keyspace +
           ": " + stall.reason + "); it takes them again by itself";
  }
  return {};
}

Cell::Cell(std::shared_ptr<store::StoreImpl> main)
    : is_main_(true),
      row_{.name = std::string(kMainCell), .store_id = main->info().store_id, .directory = "."},
      directory_(main->info().path),
      limits_{},
      impl_(std::move(main)),
      has_store_(true) {}

Cell::Cell(codec::CellRow row, std::string directory, Limits limits, Result<OpenedCell> opened)
    : is_main_(false), row_(std::move(row)), directory_(std::move(directory)), limits_(std::move(limits)) {
  if (opened) {
    impl_ = std::move(opened->impl);
    lock_ = std::move(opened->lock);
    has_store_ = true;
  } else {
    Quarantine(WithoutFullStop(opened.error().message()));
  }
}

Status Cell::Refusal() const {
  const CellState state = this->state();
  if (state == CellState::kOpen) return {};
  const std::string hint =
      state == CellState::kQuarantined ? "; all other cells go on; mend the cause and reopen the cell" : std::string();
  return {StatusCode::kUnavailable,
          "cell " + name() + " is " + std::string(CellStateName(state)) + ": " + reason() + hint};
}

std::string Cell::reason() const {
  const base::MutexLock lock(mutex_);
  return reason_;
}

bool Cell::Alarms(StatusCode code) {
  return code == StatusCode::kCorruption || code == StatusCode::kIoError || code == StatusCode::kNoSpace ||
         code == StatusCode::kUnavailable;
}

Status Cell::Enter(Access access) {
  if (!has_store_.load() && state_.load() != CellState::kQuarantined) {
    return {StatusCode::kClosed, "the store is closed; open it again"};
  }
  if (access == Access::kWrite) Look();
  const CellState state = state_.load();
  const bool may = state == CellState::kOpen || (state == CellState::kReadOnly && access != Access::kWrite);
  return may ? Status() : Refusal();
}

Status Cell::Judge(const Status& answer) {
  const bool cannot_read = answer.code() == StatusCode::kCorruption || answer.code() == StatusCode::kIoError;
  if (!cannot_read && impl_->committer().unavailable_reason().empty()) return {};
  Quarantine(WithoutFullStop(answer.message()));
  return Refusal();
}

void Cell::Look() {
  const std::int64_t now = SteadyClock::now().time_since_epoch().count();
  std::int64_t due = look_at_.load(std::memory_order_relaxed);
  const std::int64_t next = now + std::chrono::duration_cast<SteadyClock::duration>(kBetweenLooks).count();
  // One of those who come by looks.
  if (now >= due && look_at_.compare_exchange_strong(due, next)) LookNow();
}

void Cell::LookNow() {
  if (is_main_) return;
  const Visit visit(this);
  if (state() == CellState::kQuarantined || !has_store_.load()) return;
  const engine::Engine& engine = *impl_->context().engine;
  std::string reason =
      ReadOnlyReason(engine.Size().disk_bytes, row_.quota_bytes, engine.Stall(), limits_.longest_stall);
  const CellState state = reason.empty() ? CellState::kOpen : CellState::kReadOnly;
  Become(state, std::move(reason), [](CellState before) { return before != CellState::kQuarantined; });
}

void Cell::Quarantine(std::string reason) {
  Become(CellState::kQuarantined, std::move(reason),
         [](CellState before) { return before != CellState::kQuarantined; });
}

void Cell::Become(CellState state, std::string reason, bool (*may)(CellState before)) {
  const std::string text =
      "cell " + name() + " is " + std::string(CellStateName(state)) + (reason.empty() ? std::string() : ": " + reason);
  bool changed = false;
  {
    const base::MutexLock lock(mutex_);
    if (!may(state_.load())) return;
    reason_ = std::move(reason);
    changed = state_.exchange(state) != state;
  }
  if (!changed || limits_.logger == nullptr) return;
  limits_.logger->Log(state == CellState::kOpen ? LogLevel::kInfo : LogLevel::kError, "cells", text);
}

Status Cell::Reopen(std::chrono::milliseconds timeout, const std::function<Result<OpenedCell>()>& open) {
  constexpr std::chrono::microseconds kLook{200};
  Status may;
  IfThere([&](const store::StoreImpl& impl) { may = impl.MayClose(); });
  RK_TRY(may);
  const CellState before = state();
  const std::string reason_before = reason();
  const auto go_back = [&] { Become(before, reason_before, [](CellState) { return true; }); };
  Quarantine("it is being reopened");
  const auto deadline = SteadyClock::now() + timeout;
  while (inside_.load() != 0) {
    if (SteadyClock::now() >= deadline) {
      go_back();
      return {StatusCode::kBusy, "calls are still under way in cell " + name() + "; try again when they have ended"};
    }
    std::this_thread::sleep_for(kLook);
  }
  // What a store that refuses writes answers when it is closed is why it is closed.
  Status closed = Close();
  if (has_store_.load()) {
    go_back();
    return closed;
  }
  Result<OpenedCell> opened = open();
  if (!opened) {
    Become(CellState::kQuarantined, WithoutFullStop(opened.error().message()), [](CellState) { return true; });
    return opened.error();
  }
  impl_ = std::move(opened->impl);
  lock_ = std::move(opened->lock);
  has_store_ = true;
  Become(CellState::kOpen, {}, [](CellState) { return true; });
  return {};
}

Status Cell::Close() {
  if (!has_store_.load()) return {};
  RK_TRY(impl_->EndAttendants());
  has_store_ = false;
  Status closed = impl_->Close();
  impl_.reset();
  lock_.reset();
  return closed;
}

}  // namespace rookery::cells
