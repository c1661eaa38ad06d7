#include "backup/cut.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/macros.h"
#include "cells/cell_catalog.h"

namespace rookery::backup {
namespace {

using cells::Access;
using cells::CellPointer;
using cells::ImplPointer;

Status Changing(std::string what) { return {StatusCode::kUnavailable, std::move(what) + "; try again"}; }

/// REQUIRES: it commits nothing meanwhile.
Status TakeCell(CutCell* cell) {
  const store::StoreImpl::WriteParts parts = cell->impl->write_parts();
  RK_ASSIGN_OR_RETURN(cell->files, parts.context.engine->HoldFiles());
  cell->snapshot = parts.context.NewSnapshot();
  cell->position = parts.context.engine->position();
  // Not the one of the snapshot: a map that was replaced is used for snapshots until something more is written.
  cell->router = &parts.context.routes.current();
  // Channels go by a new map a moment after the catalog has it.
  RK_ASSIGN_OR_RETURN(const routing::ShardMap map, parts.catalog.ReadShardMap());
  if (map.epoch != cell->router->map().epoch) {
    return Changing("the shard map of cell " + cell->name + " is being replaced");
  }
  return {};
}

/// Calls `call` while none of the cells from the i-th on commits.
void WhileNoneCommits(const std::vector<CutCell>& cells, std::size_t i, const std::function<void()>& call) {
  if (i == cells.size()) return call();
  cells[i].impl->committer().WhileNoneCommits([&] { WhileNoneCommits(cells, i + 1, call); });
}

/// Whether the catalog names these cells and no others.
Status CheckCells(const std::vector<CutCell>& cells, const std::vector<std::string>& left_out) {
  RK_ASSIGN_OR_RETURN(const auto rows, cells::CellCatalog(cells[0].impl).ReadCells());
  const bool all = std::ranges::all_of(rows, [&](const codec::CellRow& row) {
    return std::ranges::find(left_out, row.name) != left_out.end() ||
           std::ranges::any_of(cells, [&](const CutCell& cell) { return cell.name == row.name; });
  });
  if (all && rows.size() + 1 == cells.size() + left_out.size()) return {};
  return Changing("a cell is being added");
}

Status TakeCut(std::vector<CutCell>* cells, const std::vector<std::string>& left_out) {
  // Holding files waits for deletions that are under way: once before commits have to wait for it.
  std::vector<std::unique_ptr<engine::HeldFiles>> held;
  for (const CutCell& cell : *cells) {
    RK_ASSIGN_OR_RETURN(held.emplace_back(), cell.impl->context().engine->HoldFiles());
  }
  Status taken;
  WhileNoneCommits(*cells, 0, [&] {
    for (CutCell& cell : *cells) {
      taken = TakeCell(&cell);
      if (!taken.ok()) return;
    }
    taken = CheckCells(*cells, left_out);
  });
  return taken;
}

/// What is changing when the cut is taken is so for moments only.
Status TakeSteadyCut(std::vector<CutCell>* cells, const std::vector<std::string>& left_out) {
  constexpr int kTries = 100;
  constexpr std::chrono::milliseconds kPause{10};
  for (int i = 1;; ++i) {
    Status taken = TakeCut(cells, left_out);
    if (taken.ok()) return taken;
    for (CutCell& cell : *cells) {
      cell.files.reset();
      cell.snapshot.reset();
    }
    if (taken.code() != StatusCode::kUnavailable || i == kTries) return taken;
    std::this_thread::sleep_for(kPause);
  }
}

/// Calls `call` within all cells from the i-th on, with their open stores added to `cut`.
Status WithinAll(const std::vector<CellPointer>& cells, std::size_t i, std::vector<CutCell>* cut,
                 const std::function<Status()>& call) {
  if (i == cells.size()) return call();
  Status answer;
  RK_TRY(cells[i]->Run(Access::kRead, [&](const ImplPointer& impl) {
    cut->push_back({.name = cells[i]->name(), .directory = impl->info().path, .impl = impl.get()});
    answer = WithinAll(cells, i + 1, cut, call);
    return Status();
  }));
  return answer;
}

}  // namespace

Status WithCut(const cells::CellSet& cells, MissingCells missing, std::vector<std::string>* left_out,
               const std::function<Status(std::vector<CutCell>)>& use) {
  RK_ASSIGN_OR_RETURN(const std::vector<CellPointer> readable, cells.Readable(missing));
  for (const CellPointer& cell : cells.All()) {
    if (std::ranges::find(readable, cell) == readable.end()) left_out->push_back(cell->name());
  }
  std::ranges::sort(*left_out);
  std::vector<CutCell> cut;
  return WithinAll(readable, 0, &cut, [&]() -> Status {
    RK_TRY(TakeSteadyCut(&cut, *left_out));
    return use(std::move(cut));
  });
}

}  // namespace rookery::backup
