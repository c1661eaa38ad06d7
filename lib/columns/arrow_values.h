// Reads the values of an Arrow array of any of the types that hold text, whole numbers or times.
//
// A reader is made once for a column of a table, by its type, and then reads the arrays of batch after batch. Arrays
// are what the C data interface says they are; nothing of them is checked beyond that, as nothing in them could be.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>

#include "columns/arrow_abi.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::columns {

/// The value of row `row`, counted from the array's offset; nullopt: null. Text is a view into the array.
template <typename Value>
using Reader = std::function<std::optional<Value>(const ArrowArray& array, std::int64_t row)>;

/// What an unsigned number reads as that is above 2^63 - 1, and a time that does not fit milliseconds of 64 bits.
inline constexpr std::int64_t kDoesNotFit = std::numeric_limits<std::int64_t>::min();

/// kInvalidArgument: the type holds something else; the message names the column, the type and what helps.
Result<Reader<std::string_view>> TextReaderFor(const ArrowSchema& type);
Result<Reader<std::int64_t>> NumberReaderFor(const ArrowSchema& type);
/// Timestamps of any unit and zone, dates, or whole milliseconds since 1970. What has no zone is in UTC.
Result<Reader<Timestamp>> TimeReaderFor(const ArrowSchema& type);

/// Where the entries of a list or map begin and end in its child array.
struct ListSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};
Result<Reader<ListSpan>> ListReaderFor(const ArrowSchema& type);

bool IsNull(const ArrowArray& array, std::int64_t row);

}  // namespace rookery::columns
