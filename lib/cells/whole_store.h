// Calls that concern all cells: each is asked, and what they answer is put together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "cells/cell_rules.h"
#include "cells/cell_set.h"
#include "rookery/message.h"
#include "rookery/retention.h"
#include "rookery/stats.h"
#include "rookery/verify.h"

namespace rookery::cells {

/// Messages of several cells, in the order of the keys: read(cell, keys) is asked once for each cell.
template <typename ReadKeys>
Result<std::vector<std::optional<Message>>> GetManyByCell(const CellRules& rules, std::span<const MessageKey> keys,
                                                          ReadKeys&& read) {
  std::map<CellIndex, std::vector<std::size_t>> parts;
  for (std::size_t i = 0; i < keys.size(); ++i) parts[rules.Find(keys[i].channel)].push_back(i);
  if (parts.size() < 2) return read(parts.empty() ? kMain : parts.begin()->first, keys);
  std::vector<std::optional<Message>> messages(keys.size());
  for (const auto& [cell, indexes] : parts) {
    std::vector<MessageKey> part;
    part.reserve(indexes.size());
    for (const std::size_t i : indexes) part.push_back(keys[i]);
    RK_ASSIGN_OR_RETURN(auto answers, read(cell, std::span<const MessageKey>(part)));
    for (std::size_t i = 0; i < indexes.size(); ++i) messages[indexes[i]] = std::move(answers[i]);
  }
  return messages;
}

Result<std::vector<std::optional<Message>>> GetMany(const CellSet& cells, std::span<const MessageKey> keys,
                                                    const ReadOptions& options);
Result<ChannelPage> ListChannels(const CellSet& cells, const ChannelQuery& query);

/// The part of a scan that a cell has to do; absent: none. `first_shard`: how many shards the cells before it have.
std::optional<ScanQuery> PartOfScan(const ScanQuery& query, const CellRules& rules, CellIndex cell,
                                    std::uint32_t first_shard, std::uint32_t shards);
/// kInvalidArgument: the query names a shard, and there are not so many.
Status CheckShard(const ScanQuery& query, std::uint32_t shards);

Result<RouteExplanation> Explain(const CellSet& cells, std::string_view channel);
/// Those of the main cell; shards, sizes and numbers are of all cells that can be read.
StoreStats Stats(const CellSet& cells);
Result<VerifyReport> Verify(const CellSet& cells, const VerifyOptions& options);
Result<RepairReport> Repair(const CellSet& cells, const RepairOptions& options);
Status SetRetention(const CellSet& cells, const RetentionRule& rule);
Result<RetentionReport> RunRetention(const CellSet& cells, const RetentionOptions& options);
/// Calls `each` for the store of every cell; kUnavailable naming a cell that is quarantined, after all others were
/// done.
Status ForEach(const CellSet& cells, Access access, const std::function<Status(store::StoreImpl&)>& each);

}  // namespace rookery::cells
