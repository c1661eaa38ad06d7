// Which part of a store a query has to read: channels and ids that its arguments and its predicate leave.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "columns/predicate.h"
#include "rookery/query.h"
#include "rookery/types.h"

namespace rookery::columns {

/// Messages of the channels, with after < id < before. Narrowing only ever makes it smaller.
struct RowRange {
  std::optional<std::vector<std::string>> channels = {};  // absent: all whose name begins with prefix
  std::string prefix = {};                                // empty if there are channels
  std::optional<MessageId> after = {};
  std::optional<MessageId> before = {};
  MissingCells missing_cells = MissingCells::kRefuse;

  void NarrowToChannels(std::vector<std::string> names);
  void NarrowToPrefix(const std::string& name);
  void NarrowToAfter(MessageId id);
  void NarrowToBefore(MessageId id);
  /// By what `predicate` asks of channel and id, as far as that is a range. Every row that it wants stays.
  void Narrow(const Predicate& predicate);

  ScanQuery ToScan(Order order, std::optional<ShardId> shard) const;
};

}  // namespace rookery::columns
