// A bulk load over the cells of a store: a load for each, begun when the first message for it comes.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "cells/cell_set.h"
#include "rookery/bulk_loader.h"
#include "store/bulk/bulk_load.h"

namespace rookery::cells {

/// Thread-compatible. Its loads end with it.
class CellLoads {
 public:
  /// Begins with a load for the main cell.
  static Result<std::unique_ptr<CellLoads>> Start(std::shared_ptr<CellSet> cells, const BulkOptions& options);
  ~CellLoads() { Cancel(); }
  CellLoads(const CellLoads&) = delete;
  CellLoads& operator=(const CellLoads&) = delete;

  Status Add(std::span<const NewMessage> messages, const BulkMessageOptions& options);
  /// Cell by cell; after an error in one the loads of those that come after it are cancelled.
  Result<BulkReport> Finish();
  void Cancel();
  bool store_closed() const { return cells_->main_store().closed(); }

 private:
  struct Part {
    CellPointer cell;
    ImplPointer impl;
    std::shared_ptr<store::StoreImpl::Slot> slot;  // its work is the load, until that has ended
  };

  CellLoads(std::shared_ptr<CellSet> cells, const BulkOptions& options) : cells_(std::move(cells)), options_(options) {}
  Status Begin(const CellPointer& cell);
  Result<Part*> PartOf(const CellPointer& cell);
  template <typename Call>
  auto Run(const Part& part, Call&& call) const -> std::invoke_result_t<Call, store::bulk::BulkLoad&>;

  const std::shared_ptr<CellSet> cells_;
  const BulkOptions options_;
  std::vector<Part> parts_;  // the main cell's first
};

}  // namespace rookery::cells
