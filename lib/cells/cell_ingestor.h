// An ingestor over the cells of a store: a pump for each, begun when the first message for it comes.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "cells/cell_set.h"
#include "ingest/ingestor_state.h"
#include "ingest/pump.h"

namespace rookery::cells {

/// Thread-safe.
class CellIngestor final : public ingest::PostTaker {
 public:
  /// Begins with a pump for the main cell.
  static Result<std::unique_ptr<CellIngestor>> Start(std::shared_ptr<CellSet> cells, const IngestOptions& options);

  Status Post(const NewMessage& message, PostDone done, const IngestPostOptions& options) override;
  Status Flush(std::chrono::milliseconds timeout) override;
  Status Stop() override;
  IngestStats Stats() const override;

 private:
  using PumpPointer = std::shared_ptr<ingest::Pump>;

  CellIngestor(std::shared_ptr<CellSet> cells, const IngestOptions& options, PumpPointer main)
      : cells_(std::move(cells)), options_(options), main_(std::move(main)) {}
  Result<PumpPointer> PumpFor(const ImplPointer& impl, const CellPointer& cell);
  std::vector<PumpPointer> Pumps() const;

  const std::shared_ptr<CellSet> cells_;
  const IngestOptions options_;
  const PumpPointer main_;
  mutable base::Mutex mutex_;
  struct Other {
    ImplPointer impl;  // that it posts to: a cell that was reopened has another one
    CellPointer cell;
    PumpPointer pump;
  };
  std::vector<Other> others_ RK_GUARDED_BY(mutex_);
  bool stopped_ RK_GUARDED_BY(mutex_) = false;
};

}  // namespace rookery::cells
