// A question to a store whose answer is a table of messages, and how it will be answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "columns/column.h"
#include "columns/column_builder.h"
#include "columns/predicate.h"
#include "columns/row_range.h"
#include "rookery/query.h"
#include "rookery/types.h"

namespace rookery::columns {

/// A value. Nothing runs until a stream is made of it.
struct MessageQuery {
  RowRange range = {};
  /// Half open, of the time in the message's id: when it was posted or, for an import, written. It orders a channel, so
  /// that it bounds what is read; for messages that were given another created_at see `where`.
  std::optional<Timestamp> since = {};
  std::optional<Timestamp> until = {};
  std::vector<Column> columns = DefaultColumns();
  std::optional<Predicate> where = {};
  std::optional<std::uint64_t> limit = {};
  /// Of all messages together, by id, ids that are equal by channel; absent: as stored, which costs least.
  std::optional<Order> order = {};
  std::size_t batch_rows =
      8192;  // at most; a batch also ends after 16 MiB. What stays in a processor's cache is built fastest
  TextMode text = TextMode::kUtf8;
};

/// How shards are visited.
enum class Visits : std::uint8_t {
  kSideBySide,  // by several threads: rows of several channels may mix from batch to batch
  kInTurn,      // by one
  kMerged,      // again and again, for the next run of rows in the order of ids
};

struct QueryPlan {
  RowRange range;                     // what is read, by all that the query says
  Order order = Order::kNewestFirst;  // within a channel
  Visits visits = Visits::kSideBySide;
  bool empty = false;  // no row can be wanted
};

/// `epoch`: of the store's ids.
QueryPlan PlanOf(const MessageQuery& query, Timestamp epoch);

std::string_view NameOf(Visits visits);

}  // namespace rookery::columns
