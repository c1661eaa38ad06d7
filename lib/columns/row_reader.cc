#include "columns/row_reader.h"

#include <utility>

#include "columns/merged_reader.h"
#include "columns/scan_reader.h"

namespace rookery::columns {
namespace {

class NoRows final : public RowReader {
 public:
  Result<bool> Read() override { return false; }
};

}  // namespace

std::unique_ptr<RowReader> NewRowReader(std::shared_ptr<SharedScan> shared, ScanSink* sink, GoOn go_on) {
  const MessageQuery& query = shared->query();
  const QueryPlan& plan = shared->plan();
  if (plan.empty) return std::make_unique<NoRows>();
  if (plan.visits == Visits::kMerged) {
    return std::make_unique<MergedReader>(std::move(shared), sink, std::move(go_on));
  }
  ScanJob job{.range = plan.range,
              .order = plan.order,
              .where = query.where ? &*query.where : nullptr,
              .limit = query.limit,
              .shards = &shared->queue()};
  return std::make_unique<ScanReader>(std::move(shared), std::move(job), sink, std::move(go_on));
}

}  // namespace rookery::columns
