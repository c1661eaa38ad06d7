#include "columns/merged_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "columns/scan_reader.h"

namespace rookery::columns {
namespace {

constexpr std::uint64_t kRowsOfAPass = std::uint64_t{1} << 16;

}  // namespace

MergedReader::MergedReader(std::shared_ptr<SharedScan> shared, ScanSink* sink, GoOn go_on)
    : shared_(std::move(shared)),
      sink_(sink),
      go_on_(std::move(go_on)),
      left_(shared_->query().limit.value_or(std::numeric_limits<std::uint64_t>::max())) {}

Result<bool> MergedReader::Read() {
  while (left_ > 0) {
    if (next_ == rows_.size()) {
      if (last_pass_) return false;
      Status status = Pass();
      if (!status.ok()) return status;
      continue;
    }
    const KeptRow& row = rows_[next_];
    // Also for the first of a pass: the name that the sink was given went with the rows of the one before.
    if (next_ == 0 || last_->channel != row.place.channel) sink_->BeginChannel(row.place.channel);
    const ScanStep step = sink_->Take(row.message);
    last_ = row.place;
    ++next_;
    --left_;
    if (step == ScanStep::kPause) return true;
  }
  return false;
}

Status MergedReader::Pass() {
  const QueryPlan& plan = shared_->plan();
  FirstRows first(plan.order, std::min(left_, kRowsOfAPass), last_);
  ShardQueue shards(shared_->shards());
  ScanJob job{.range = plan.range, .order = plan.order, .where = nullptr, .limit = {}, .shards = &shards};
  if (shared_->query().where) job.where = &*shared_->query().where;
  if (last_) {
    // Rows with the last id in channels after the last one are still to come.
    if (plan.order == Order::kNewestFirst) job.range.NarrowToBefore(MessageId{last_->id.value + 1});
    if (plan.order == Order::kOldestFirst) job.range.NarrowToAfter(MessageId{last_->id.value - 1});
  }
  ScanReader reader(shared_, std::move(job), &first, go_on_);
  const Result<bool> more = reader.Read();
  if (!more) return more.status();
  rows_ = first.TakeInOrder();
  next_ = 0;
  last_pass_ = !first.left_out();
  return {};
}

}  // namespace rookery::columns
