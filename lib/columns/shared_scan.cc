#include "columns/shared_scan.h"

#include <utility>

namespace rookery::columns {

Result<std::shared_ptr<SharedScan>> SharedScan::New(std::shared_ptr<const OpenStore> store, MessageQuery query) {
  std::shared_ptr<SharedScan> shared;
  Status status = store->With([&](const Store& open) -> Status {
    auto info = open.Info();
    if (!info) return std::move(info).error();
    auto snapshot = open.TakeSnapshot();
    if (!snapshot) return std::move(snapshot).error();
    const auto shards = snapshot->Shards();
    if (!shards) return shards.error();
    shared = std::make_shared<SharedScan>(store, std::move(query), *std::move(snapshot), info->epoch, *shards);
    return {};
  });
  if (!status.ok()) return status;
  return shared;
}

SharedScan::SharedScan(std::shared_ptr<const OpenStore> store, MessageQuery query, Snapshot snapshot, Timestamp epoch,
                       std::uint32_t shards)
    : store_(std::move(store)),
      query_(std::move(query)),
      plan_(PlanOf(query_, epoch)),
      shards_(shards),
      queue_(shards_),
      snapshot_(std::move(snapshot)) {}

}  // namespace rookery::columns
