// Messages out of a table: the way back from the columns that a query gives.
//
// A column is an assignment: it reads its value of a row and puts it into the message. Which columns a table may have,
// and how they are read, is the table in message_table.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "columns/arrow_abi.h"
#include "columns/column.h"
#include "rookery/message.h"
#include "rookery/status.h"

namespace rookery::columns {

/// Immutable; thread-safe.
class MessageTable {
 public:
  /// `schema`: a struct. `channel`: of all messages; absent: there is a column of that name. kInvalidArgument: a column
  /// that messages do not have, or of the wrong type; both or neither of the channels.
  static Result<MessageTable> New(const ArrowSchema& schema, std::optional<std::string> channel);

  /// A message for each of `count` rows from `first` on. They view the batch's memory and this table's.
  /// kInvalidArgument names the row, counted from the batch's first as `first_number`: it has no channel, or a number
  /// or time that its column does not allow.
  Result<std::vector<NewMessage>> Read(const ArrowArray& batch, std::int64_t first, std::int64_t count,
                                       std::uint64_t first_number = 0) const;
  Result<std::vector<NewMessage>> Read(const ArrowArray& batch) const { return Read(batch, 0, batch.length); }

 private:
  using Assign = std::function<Status(const ArrowArray& column, std::int64_t row, NewMessage* message)>;
  struct TableColumn {
    std::size_t child;
    Assign assign;
  };

  static Result<Assign> AssignmentOf(const ArrowSchema& column, const Column& parsed);

  std::optional<std::string> channel_;
  std::vector<TableColumn> columns_;
};

}  // namespace rookery::columns
