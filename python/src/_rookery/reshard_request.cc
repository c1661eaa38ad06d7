#include "reshard_request.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "convert.h"
#include "errors.h"
#include "option_reader.h"
#include "routing_option.h"

namespace rookery::python {
namespace {

nb::handle Needed(OptionReader* details, const char* key) {
  const nb::handle given = details->Take(key);
  if (!given.is_valid()) RaiseInvalid(details->NameOf(key) + " is missing");
  return given;
}

ShardId Shard(OptionReader* details, const char* key) {
  static_cast<void>(Needed(details, key));
  ShardId shard;
  details->Read(key, &shard.value);
  return shard;
}

ReshardRequest Resize(OptionReader* details) {
  ResizeShards request;
  details->Read("shards", &request.shards);
  return request;
}

ReshardRequest Split(OptionReader* details) {
  SplitShard request{.shard = Shard(details, "split")};
  details->Read("at", &request.at);
  return request;
}

ReshardRequest Merge(OptionReader* details) {
  return MergeShards{.from = Shard(details, "merge"), .into = Shard(details, "into")};
}

ReshardRequest Move(OptionReader* details) {
  MoveChannel request{.channel = {}, .to = Shard(details, "into")};
  details->Read("move", &request.channel);
  return request;
}

ReshardRequest Slots(OptionReader* details) {
  MoveSlots request{.to = Shard(details, "into")};
  OptionReader slots(Needed(details, "slots"), "slots");
  slots.Read("first", &request.first);
  slots.Read("last", &request.last);
  slots.Finish();
  return request;
}

ReshardRequest Range(OptionReader* details) {
  MoveRange request{.lower = {}, .upper = {}, .to = Shard(details, "into")};
  OptionReader range(Needed(details, "range"), "range");
  range.Read("lower", &request.lower);
  range.Read("upper", &request.upper);
  range.Finish();
  return request;
}

ReshardRequest Rebalance(OptionReader* details) {
  RebalanceShards request;
  details->Read("rebalance", {{"bytes", ShardWeight::kBytes}, {"messages", ShardWeight::kMessages}}, &request.by);
  return request;
}

ReshardRequest Spread(OptionReader* details) {
  SpreadChannel request;
  static_cast<void>(Needed(details, "shards"));
  details->Read("shards", &request.shards);
  details->Read("spread", &request.channel);
  return request;
}

ReshardRequest Strategy(OptionReader* details) {
  return ChangeStrategy{.routing = RoutingFrom(Needed(details, "strategy"))};
}

using Reading = ReshardRequest (*)(OptionReader*);
constexpr std::array<std::pair<std::string_view, Reading>, 9> kChanges{{{"shards", Resize},
                                                                        {"split", Split},
                                                                        {"merge", Merge},
                                                                        {"move", Move},
                                                                        {"slots", Slots},
                                                                        {"range", Range},
                                                                        {"rebalance", Rebalance},
                                                                        {"spread", Spread},
                                                                        {"strategy", Strategy}}};

}  // namespace

ReshardRequest ReshardRequestFrom(nb::handle value) {
  if (!nb::isinstance<nb::tuple>(value) || nb::len(value) != 2) RaiseInvalid("a change is a pair of name and details");
  const nb::object name = value[0];
  const TextArgument wanted(name, "the name of a change");
  for (const auto& [change, read] : kChanges) {
    if (wanted.view() != change) continue;
    const nb::object details = value[1];
    OptionReader reader(details, "");
    ReshardRequest request = read(&reader);
    reader.Finish();
    return request;
  }
  RaiseInvalid("there is no change " + std::string(wanted.view()));
}

ReshardOptions ReshardOptionsFrom(nb::handle dict) {
  OptionReader reader(dict, "");
  ReshardOptions options;
  std::optional<std::uint64_t> epoch;
  reader.Read("epoch", &epoch);
  if (epoch) options.epoch = Epoch{*epoch};
  reader.Read("cell", &options.cell);
  reader.Read("keep", &options.keep);
  reader.Read("share", &options.share);
  reader.Read("max_bytes_per_second", &options.max_bytes_per_second);
  reader.Finish();
  return options;
}

}  // namespace rookery::python
