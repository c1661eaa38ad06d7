// Opens and makes the stores of cells: as the main cell's, but for what is the cell's own.
#pragma once

#include <memory>
#include <string>

#include "assembly/open.h"
#include "cells/cell_set.h"

namespace rookery::assembly {

/// Thread-safe.
class StoreOpener final : public cells::CellOpener {
 public:
  /// `options`: those that the main cell was opened with.
  StoreOpener(StoreOptions options, const store::StoreImpl& main);

  Result<cells::OpenedCell> Open(const codec::CellRow& cell, const std::string& directory) const override;
  Result<cells::OpenedCell> Create(const CellOptions& options, const std::string& directory,
                                   codec::CellRow* cell) const override;

  StoreOptions OptionsOf(const codec::CellRow& cell) const;
  CellOf MarkOf(const codec::CellRow& cell) const;

 private:
  const StoreOptions options_;
  const StoreInfo main_;
  const std::shared_ptr<store::Admission> admission_;
};

}  // namespace rookery::assembly
