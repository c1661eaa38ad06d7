// How a channel moves from one cell to another.
//
// Idea: passes of a copy, while others write, until little is left to do; then the channel's writers are held up, the
// last pass proves that both cells have the same, the target is synced, and one row of the main cell's catalog says
// where the channel is. What is in a cell where the channel is not at home has a row in the catalog beforehand, so that
// whoever opens the store next removes it, whatever has happened.
#include <utility>

#include "cells/channel_copy.h"
#include "cells/holding.h"
#include "store/limits.h"

namespace rookery::cells {
namespace {

/// Passes until one finds at most so many differences; kBusy if the last that is allowed finds more.
Status PassUntil(ChannelCopy* copy, std::uint64_t most_changes, int passes) {
  for (int i = 0; i < passes; ++i) {
    RK_ASSIGN_OR_RETURN(const std::uint64_t changes, copy->Pass());
    if (changes <= most_changes) return {};
  }
  return {StatusCode::kBusy, "the channel changes faster than it can be copied; try again later"};
}

/// Asked before anything is copied; others write meanwhile.
Status CheckRoom(store::StoreImpl& source, const store::StoreImpl& target, std::string_view channel) {
  const auto size = source.SizeOf(channel);
  const auto free = target.context().FreeBytes();
  if (!size || !free || size->bytes <= *free) return {};
  return {StatusCode::kNoSpace, "the channel has " + std::to_string(size->bytes) +
                                    " bytes of messages, and the disk or the cell's quota has " +
                                    std::to_string(*free) + " left; make room"};
}

}  // namespace

Result<CellMoveReport> CellSet::MoveChannel(std::string_view channel, std::string_view cell,
                                            const CellMoveOptions& options) {
  RK_TRY(store::CheckChannel(channel));
  RK_TRY(CheckMayChange());
  RK_ASSIGN_OR_RETURN(const CellPointer to, Named(cell));
  if (!admin_mutex_.try_lock()) return ChangingAlready();
  const base::MutexLock lock(admin_mutex_, std::adopt_lock);
  const CellPointer& from = At(rules()->Find(channel));
  if (from == to) return CellMoveReport{};
  Result<CellMoveReport> report = Status(StatusCode::kUnavailable, "nothing was moved");
  // What fails in one of the two is not the other's fault: whoever reads or writes it next finds out whose it is.
  RK_TRY(from->Run(Access::kRemove, [&](const ImplPointer& source) {
    return to->Run(Access::kWrite, [&](const ImplPointer& target) {
      const Status room = CheckRoom(*source, *target, channel);
      report = room.ok() ? Carry({channel, from, to, *source, *target}, options) : Result<CellMoveReport>(room);
      return Status();
    });
  }));
  return report;
}

Result<CellMoveReport> CellSet::Carry(const Move& move, const CellMoveOptions& options) {
  constexpr std::uint64_t kFewChanges = 256;
  constexpr int kPasses = 8;
  RK_ASSIGN_OR_RETURN(const auto no_loads_from, KeepLoadsOut(move.source));
  RK_ASSIGN_OR_RETURN(const auto no_loads_to, KeepLoadsOut(move.target));
  ChannelCopy copy(&move.source, &move.target, move.channel, options.progress);
  RK_TRY(catalog_.BeginMove(move.channel, move.to->name()));
  Status moved = PassUntil(&copy, kFewChanges, kPasses);
  // What takes long is waited for before somebody has to wait for this.
  if (moved.ok()) moved = AwaitWrites();
  if (moved.ok()) {
    Holding holding(this, [channel = std::string(move.channel)](std::string_view other) { return other == channel; });
    moved = Switch(move, &copy, &holding);
    if (holding.kept()) return moved;
  }
  // Once more, for whom it matters that the channel is there; it is too late to stop.
  if (moved.ok() && options.progress) static_cast<void>(options.progress(copy.rows()));
  // Each of the two may fail without harm: the catalog knows of the remains.
  store::StoreImpl& left_in = moved.ok() ? move.source : move.target;
  Status removed = RemoveChannel(&left_in, move.channel);
  if (removed.ok()) removed = catalog_.ForgetRemains(move.channel, (moved.ok() ? move.from : move.to)->name());
  if (!removed.ok() && config_.logger) {
    config_.logger->Log(LogLevel::kWarning, "cells",
                        "what a move has left is removed when the store is opened again: " + removed.ToString());
  }
  RK_TRY(moved);
  CellMoveReport report = copy.report();
  report.moved = true;
  return report;
}

Status CellSet::Switch(const Move& move, ChannelCopy* copy, Holding* holding) {
  constexpr int kPasses = 3;
  RK_TRY(AwaitWrites());
  RK_TRY(move.source.DrainAttendants(kLongestWait));
  RK_TRY(PassUntil(copy, 0, kPasses));
  RK_TRY(RaiseIds(move.source, &move.target));
  RK_TRY(move.target.Sync());
  RK_TRY(holding->KeepUnlessKnown(catalog_.EndMove(move.channel, move.from->name(), move.to->name())));
  const base::MutexLock lock(rules_mutex_);
  CellIndex to = kMain;
  while (cells_[to.value] != move.to) ++to.value;
  RulesToChange().Place(move.channel, to);
  generation_.fetch_add(1);
  return {};
}

Status CellSet::RemoveRemains(const Cell* only) {
  RK_ASSIGN_OR_RETURN(const std::vector<CellCatalog::Placed> remains, catalog_.ReadRemains());
  for (const auto& [channel, name] : remains) {
    RK_ASSIGN_OR_RETURN(const CellPointer cell, Named(name));
    if (only != nullptr && cell.get() != only) continue;
    if (At(rules()->Find(channel)) == cell) {
      return {StatusCode::kCorruption, "the catalog says that cell " + name +
                                           " has only remains of a channel that is at home there; restore the store"};
    }
    // In a cell that is quarantined they wait until it is reopened; nobody sees them meanwhile.
    const Status removed = cell->Run(
        Access::kRemove, [&channel = channel](const ImplPointer& impl) { return RemoveChannel(impl.get(), channel); });
    if (removed.ok()) RK_TRY(catalog_.ForgetRemains(channel, name));
  }
  return {};
}

}  // namespace rookery::cells
