#include "reshard_plan.h"

#include <cstdint>
#include <vector>

#include "convert.h"

namespace rookery::python {
namespace {

nb::list Numbers(const std::vector<std::uint64_t>& numbers) {
  nb::list list;
  for (const std::uint64_t number : numbers) list.append(number);
  return list;
}

}  // namespace

nb::dict PlanDict(const ReshardPlan& plan) {
  nb::list transfers;
  for (const ShardTransfer& transfer : plan.transfers) {
    nb::dict row;
    row["source"] = transfer.from.value;
    row["target"] = transfer.to.value;
    row["channels"] = transfer.channels;
    row["messages"] = transfer.messages;
    row["bytes"] = transfer.bytes;
    transfers.append(row);
  }
  nb::dict dict;
  dict["epoch"] = plan.epoch.value;
  dict["strategy_before"] = ToStr(plan.strategy_before);
  dict["strategy_after"] = ToStr(plan.strategy_after);
  dict["shards_before"] = plan.shards_before;
  dict["shards_after"] = plan.shards_after;
  dict["transfers"] = transfers;
  dict["bytes_before"] = Numbers(plan.bytes_before);
  dict["bytes_after"] = Numbers(plan.bytes_after);
  dict["changes"] = plan.changes;
  return dict;
}

}  // namespace rookery::python
