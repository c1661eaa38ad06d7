// A cell: what the catalog says of it, its store while that is open, and why it is not used while it is not.
//
// Invariant: nobody is in the cell's store when it is taken away. A call enters the cell and leaves it; who closes it
// quarantines it first, so that nobody enters, and waits for those inside.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/macros.h"
#include "base/mutex.h"
#include "codec/cell_rows.h"
#include "rookery/cells.h"
#include "rookery/logger.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::cells {

enum class Access : std::uint8_t {
  kRead,
  kWrite,   // not of a read-only cell
  kRemove,  // writes that make room
};

/// An open store and whatever else lives as long as it is open: its lock.
struct OpenedCell {
  std::shared_ptr<void> lock;  // let go after the next was closed
  std::shared_ptr<store::StoreImpl> impl;
};

/// Thread-safe.
class Cell {
 public:
  struct Limits {
    std::chrono::milliseconds longest_stall;  // of an engine that has stopped, until the cell is taken for read-only
    std::shared_ptr<Logger> logger;           // may be null
  };

  /// The main cell: it is always open, and its store is closed by somebody else.
  explicit Cell(std::shared_ptr<store::StoreImpl> main);
  /// `opened`: or why it is quarantined.
  Cell(codec::CellRow row, std::string directory, Limits limits, Result<OpenedCell> opened);

  const std::string& name() const { return row_.name; }
  const codec::CellRow& row() const { return row_; }
  const std::string& directory() const { return directory_; }
  CellState state() const { return state_.load(std::memory_order_acquire); }
  /// Of this cell, as callers are told: OK, or kUnavailable with what to do.
  Status Refusal() const;
  std::string reason() const;

  /// Answers what `call` answers, which is given the open store. kUnavailable: the cell is not to be used, or this very
  /// call has shown that it is damaged.
  template <typename Call>
  auto Run(Access access, Call&& call) -> std::invoke_result_t<Call, const std::shared_ptr<store::StoreImpl>&> {
    if (is_main_) return call(impl_);
    const Visit visit(this);
    RK_TRY(Enter(access));
    auto answer = call(impl_);
    if (const StatusCode code = CodeOf(answer); Alarms(code)) RK_TRY(Judge(StatusOf(answer)));
    return answer;
  }
  /// The same for a handle on something in the store `held`: kClosed if that is not the cell's store any more.
  template <typename Call>
  auto RunIn(const store::StoreImpl* held, Access access, Call&& call)
      -> std::invoke_result_t<Call, const std::shared_ptr<store::StoreImpl>&> {
    using Answer = std::invoke_result_t<Call, const std::shared_ptr<store::StoreImpl>&>;
    return Run(access, [&](const std::shared_ptr<store::StoreImpl>& impl) -> Answer {
      if (impl.get() != held || impl->closed()) {
        return Status(StatusCode::kClosed, "the store, or its cell, was closed; open it again");
      }
      return call(impl);
    });
  }
  /// Calls `visit` if the cell has an open store, also one that takes no calls any more.
  template <typename VisitStore>
  void IfThere(VisitStore&& visit) {
    const Visit inside(this);
    if (is_main_ || has_store_.load()) visit(*impl_);
  }

  /// Looks whether it is over its quota or has stopped, and whether that is over. Cheap enough to be called often:
  /// looks a few times a second.
  void Look();
  void LookNow();

  void Quarantine(std::string reason);
  /// Closes what is open, and opens it again by `open`. kBusy: calls are under way in it for all of the timeout.
  Status Reopen(std::chrono::milliseconds timeout, const std::function<Result<OpenedCell>()>& open);
  /// Closes its store, if that is open; leaves it open if somebody who works on it cannot be ended. REQUIRES: nobody is
  /// in it.
  Status Close();

 private:
  /// Somebody who is inside, or wants to be.
  class Visit {
   public:
    explicit Visit(Cell* cell) : cell_(*cell) { cell_.inside_.fetch_add(1); }
    ~Visit() { cell_.inside_.fetch_sub(1); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

   private:
    Cell& cell_;
  };

  static StatusCode CodeOf(const Status& status) { return status.code(); }
  template <typename T>
  static StatusCode CodeOf(const Result<T>& result) {
    return result ? StatusCode::kOk : result.error().code();
  }
  static const Status& StatusOf(const Status& status) { return status; }
  template <typename T>
  static const Status& StatusOf(const Result<T>& result) {
    return result.error();
  }

  /// Whether an answer with this code may mean that the cell is not to be used any more.
  static bool Alarms(StatusCode code);
  Status Enter(Access access);
  /// OK, or what the caller is told in place of `answer`, which made this cell one to be quarantined.
  Status Judge(const Status& answer);
  /// If `may` says so of the state before.
  void Become(CellState state, std::string reason, bool (*may)(CellState before));

  const bool is_main_;
  const codec::CellRow row_;
  const std::string directory_;
  const Limits limits_;
  std::shared_ptr<void> lock_;              // let go after the next
  std::shared_ptr<store::StoreImpl> impl_;  // changed only while nobody can be inside
  std::atomic<bool> has_store_{false};
  std::atomic<CellState> state_{CellState::kOpen};
  std::atomic<std::uint32_t> inside_{0};
  std::atomic<std::int64_t> look_at_{0};  // steady time of the next look
  mutable base::Mutex mutex_;
  std::string reason_ RK_GUARDED_BY(mutex_);
};

/// Why a cell of such a size and pace takes no writes; empty if it does.
std::string ReadOnlyReason(std::uint64_t disk_bytes, std::uint64_t quota_bytes, const engine::StallReport& stall,
                           std::chrono::milliseconds longest_stall);

}  // namespace rookery::cells
