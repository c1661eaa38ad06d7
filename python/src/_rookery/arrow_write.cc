// Store._write_arrow: the rows of an Arrow stream, posted batch by batch.
#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "arrow_capsule.h"
#include "columns/message_table.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "query.h"

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

/// How the rows of a stream are posted.
struct Write {
  std::optional<std::string> channel;
  BatchOptions options;
  std::size_t rows_per_post = 0;
  std::uint64_t posted = 0;  // so far
};

/// A part of a batch at a time, so that little is copied, and Python has a look in between.
Status PostBatches(StoreCore& core, const columns::MessageTable& table, const ArrowArray& batch, Write* write,
                   LongCall* call) {
  const std::uint64_t rows_before = write->posted;
  const auto step = static_cast<std::int64_t>(write->rows_per_post);
  for (std::int64_t first = 0; first < batch.length; first += step) {
    const auto messages = table.Read(batch, first, std::min(step, batch.length - first), rows_before);
    if (!messages) return messages.status();
    {
      const StoreCore::Use use = core.Enter();
      if (!use) return core.WhyUnusable();
      const auto stored = use->PostBatch(*messages, write->options);
      if (!stored) return stored.status();
    }
    write->posted += messages->size();
    if (!call->Look(write->posted, std::nullopt)) return {StatusCode::kInterrupted, "the write was stopped"};
  }
  return {};
}

/// Everything but Python.
Status WriteStream(StoreCore& core, ArrowArrayStream* stream, Write* write, LongCall* call) {
  Owned<ArrowSchema> schema;
  if (const int code = stream->get_schema(stream, &schema.value)) return StreamError(stream, code);
  const auto table = columns::MessageTable::New(schema.value, write->channel);
  if (!table) return table.status();
  for (;;) {
    Owned<ArrowArray> batch;
    if (const int code = stream->get_next(stream, &batch.value)) return StreamError(stream, code);
    if (batch.value.release == nullptr) return {};
    Status status = PostBatches(core, *table, batch.value, write, call);
    if (!status.ok()) return status;
  }
}

std::uint64_t WriteArrow(const StoreObject& self, nb::handle capsule, nb::handle channel, nb::handle progress,
                         nb::handle durability, nb::handle rows_per_post) {
  ArrowArrayStream* const stream = StreamIn(capsule);
  Write write;
  if (!channel.is_none()) write.channel = std::string(TextArgument(channel, "channel").view());
  write.options.durability = OptionalDurability(durability);
  write.rows_per_post = NumberArgument<std::uint32_t>(rows_per_post, "batch_size", 1);
  LongCall call(*self.core, progress);
  try {
    Status status;
    {
      const ReleasedGil released;
      status = WriteStream(*self.core, stream, &write, &call);
    }
    call.Check(status);
    call.Finish(write.posted, write.posted);
  } catch (nb::python_error& error) {
    nb::object raised = nb::borrow(error.value());
    raised.attr("posted") = write.posted;
    throw;
  }
  return write.posted;
}

}  // namespace

void BindWriteArrow(StoreClass& store) {
  store.def("_write_arrow", WriteArrow, nb::arg("stream"), nb::arg("channel") = nb::none(),
            nb::arg("progress") = nb::none(), nb::arg("durability") = nb::none(), nb::arg("batch_size") = 10'000,
            nb::sig("def _write_arrow(self, stream: object, channel: str | bytes | None = None, "
                    "progress: collections.abc.Callable[[int, int | None], object] | None = None, "
                    "durability: str | None = None, batch_size: int = 10000) -> int"));
}

}  // namespace rookery::python
