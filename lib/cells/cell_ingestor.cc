#include "cells/cell_ingestor.h"

#include <algorithm>
#include <utility>

namespace rookery::cells {
namespace {

void Add(const IngestCounters& part, IngestCounters* sum) {
  sum->accepted += part.accepted;
  sum->answered += part.answered;
  sum->failed += part.failed;
  sum->refused += part.refused;
  sum->retried += part.retried;
  sum->batches += part.batches;
  sum->batched += part.batched;
  sum->waiting_messages += part.waiting_messages;
  sum->waiting_bytes += part.waiting_bytes;
}

}  // namespace

Result<std::unique_ptr<CellIngestor>> CellIngestor::Start(std::shared_ptr<CellSet> cells,
                                                          const IngestOptions& options) {
  RK_ASSIGN_OR_RETURN(PumpPointer main, ingest::Pump::Start(cells->main_pointer(), options));
  return std::unique_ptr<CellIngestor>(new CellIngestor(std::move(cells), options, std::move(main)));
}

Status CellIngestor::Post(const NewMessage& message, PostDone done, const IngestPostOptions& options) {
  if (cells_->main_store().closed()) return main_->Post(message, std::move(done), options);
  const auto post = [&](const ImplPointer& impl, const CellPointer& cell) -> Status {
    RK_ASSIGN_OR_RETURN(const PumpPointer pump, PumpFor(impl, cell));
    return pump->Post(message, std::move(done), options);
  };
  return cells_->Write(message.channel, options.timeout ? options.timeout : options_.timeout, post);
}

Result<CellIngestor::PumpPointer> CellIngestor::PumpFor(const ImplPointer& impl, const CellPointer& cell) {
  if (cell == cells_->main()) return main_;
  const base::MutexLock lock(mutex_);
  const auto known = std::find_if(others_.begin(), others_.end(), [&](const Other& one) { return one.cell == cell; });
  if (known != others_.end() && known->impl == impl) return known->pump;
  if (stopped_) return main_;  // which says that it has stopped
  RK_ASSIGN_OR_RETURN(PumpPointer pump, ingest::Pump::Start(impl, options_));
  if (known != others_.end()) others_.erase(known);
  others_.push_back({impl, cell, pump});
  return pump;
}

std::vector<CellIngestor::PumpPointer> CellIngestor::Pumps() const {
  std::vector<PumpPointer> pumps{main_};
  const base::MutexLock lock(mutex_);
  for (const Other& other : others_) pumps.push_back(other.pump);
  return pumps;
}

Status CellIngestor::Flush(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (const PumpPointer& pump : Pumps()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    RK_TRY(pump->Flush(std::max(left, std::chrono::milliseconds{0})));
  }
  return {};
}

Status CellIngestor::Stop() {
  // A call that one of them refuses is to stop none.
  for (const PumpPointer& pump : Pumps()) RK_TRY(pump->MayClose());
  {
    const base::MutexLock lock(mutex_);
    stopped_ = true;
  }
  for (const PumpPointer& pump : Pumps()) RK_TRY(pump->Stop());
  return {};
}

IngestStats CellIngestor::Stats() const {
  IngestStats sum = main_->Stats();
  const base::MutexLock lock(mutex_);
  for (const Other& other : others_) {
    IngestStats part = other.pump->Stats();
    Add(part.total, &sum.total);
    for (DestinationStats& destination : part.destinations) {
      destination.name = other.cell->name() + "/" + destination.name;
      sum.destinations.push_back(std::move(destination));
    }
  }
  return sum;
}

}  // namespace rookery::cells
