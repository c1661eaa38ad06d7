#include "columns/scan_reader.h"

#include <utility>

#include "columns/errors.h"

namespace rookery::columns {

ScanReader::ScanReader(std::shared_ptr<SharedScan> shared, ScanJob job, ScanSink* sink, GoOn go_on)
    : shared_(std::move(shared)),
      job_(std::move(job)),
      go_on_(std::move(go_on)),
      wanted_(job_.where, job_.limit, sink),
      shard_(job_.shards->Next()) {}

Result<bool> ScanReader::Read() {
  while (shard_ && !wanted_.done()) {
    if (!go_on_()) return Stopped();
    Status status = shared_->store().With([this](const Store& store) { return ReadSome(store); });
    if (!status.ok()) return status;
    if (!scan_) shard_ = job_.shards->Next();
    if (wanted_.TakeSinkPaused()) return true;
  }
  return false;
}

Status ScanReader::ReadSome(const Store&) {
  if (!scan_) {
    auto scan = shared_->snapshot().StartScan(job_.range.ToScan(job_.order, shard_));
    if (!scan) return std::move(scan).error();
    scan_.emplace(*std::move(scan));
  }
  const Result<bool> more = scan_->Read(&wanted_);
  if (!more) return more.status();
  if (!*more) scan_.reset();
  return {};
}

}  // namespace rookery::columns
