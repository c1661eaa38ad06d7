#include "arrow_rows.h"

#include <algorithm>
#include <cstring>

#include "columns/array_export.h"
#include "columns/message_table.h"

namespace rookery::python {
namespace {

/// A structure that is released when it goes.
template <typename Structure>
struct Owned {
  Owned() = default;
  ~Owned() { columns::Release(&value); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  Structure value = {};
};

/// What a stream answers when it fails. The producer may have no words for it.
Status StreamError(ArrowArrayStream* stream, int code) {
  const char* const said = stream->get_last_error(stream);
  return {StatusCode::kIoError,
          std::string("the Arrow stream failed: ") + (said != nullptr ? said : std::strerror(code))};
}

}  // namespace

Status ReadRows(ArrowArrayStream* stream, const std::optional<std::string>& channel, std::size_t rows_at_once,
                const RowSink& sink) {
  Owned<ArrowSchema> schema;
  if (const int code = stream->get_schema(stream, &schema.value)) return StreamError(stream, code);
  const auto table = columns::MessageTable::New(schema.value, channel);
  if (!table) return table.status();
  const auto step = static_cast<std::int64_t>(rows_at_once);
  for (std::uint64_t rows_before = 0;;) {
    Owned<ArrowArray> batch;
    if (const int code = stream->get_next(stream, &batch.value)) return StreamError(stream, code);
    if (batch.value.release == nullptr) return {};
    const std::int64_t rows = batch.value.length;
    for (std::int64_t first = 0; first < rows; first += step) {
      const auto messages = table->Read(batch.value, first, std::min(step, rows - first), rows_before);
      if (!messages) return messages.status();
      if (Status taken = sink(*messages); !taken.ok()) return taken;
    }
    rows_before += static_cast<std::uint64_t>(rows);
  }
}

}  // namespace rookery::python
