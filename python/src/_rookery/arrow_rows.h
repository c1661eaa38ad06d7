// The rows of an Arrow stream as messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "columns/arrow_abi.h"
#include "rookery/message.h"
#include "rookery/status.h"

namespace rookery::python {

/// Takes some messages, whose texts live until it returns. Anything but OK ends the reading.
using RowSink = std::function<Status(std::span<const NewMessage>)>;

/// Hands all rows to `sink`, in order and at most `rows_at_once` with a call, so that little is copied. `channel`: of
/// all rows; absent: there is a column of that name. An error names the row, counted from the stream's first.
/// REQUIRES: the thread does not hold the GIL.
Status ReadRows(ArrowArrayStream* stream, const std::optional<std::string>& channel, std::size_t rows_at_once,
                const RowSink& sink);

}  // namespace rookery::python
