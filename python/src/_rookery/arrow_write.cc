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

constexpr std::size_t kMessagesPerPost = 10'000;

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

Status PostAll(rookery::Store& store, std::span<const NewMessage> messages, std::uint64_t* posted) {
  for (std::size_t begin = 0; begin < messages.size(); begin += kMessagesPerPost) {
    const std::span<const NewMessage> some =
        messages.subspan(begin, std::min(kMessagesPerPost, messages.size() - begin));
    const auto stored = store.PostBatch(some);
    if (!stored) return stored.status();
    *posted += some.size();
  }
  return {};
}

/// Everything but Python: `look` is asked between batches.
Status WriteStream(StoreCore& core, ArrowArrayStream* stream, std::optional<std::string> channel, LongCall* call,
                   std::uint64_t* posted) {
  Owned<ArrowSchema> schema;
  if (const int code = stream->get_schema(stream, &schema.value)) return StreamError(stream, code);
  const auto table = columns::MessageTable::New(schema.value, std::move(channel));
  if (!table) return table.status();
  for (;;) {
    Owned<ArrowArray> batch;
    if (const int code = stream->get_next(stream, &batch.value)) return StreamError(stream, code);
    if (batch.value.release == nullptr) return {};
    const auto messages = table->Read(batch.value);
    if (!messages) return messages.status();
    {
      const StoreCore::Use use = core.Enter();
      if (!use) return core.WhyUnusable();
      Status status = PostAll(*use, *messages, posted);
      if (!status.ok()) return status;
    }
    if (!call->Look(*posted, std::nullopt)) return {StatusCode::kInterrupted, "the write was stopped"};
  }
}

std::uint64_t WriteArrow(const StoreObject& self, nb::handle capsule, nb::handle channel, nb::handle progress) {
  ArrowArrayStream* const stream = StreamIn(capsule);
  std::optional<std::string> name;
  if (!channel.is_none()) name = std::string(TextArgument(channel, "channel").view());
  LongCall call(*self.core, progress);
  std::uint64_t posted = 0;
  try {
    Status status;
    {
      const ReleasedGil released;
      status = WriteStream(*self.core, stream, std::move(name), &call, &posted);
    }
    call.Check(status);
  } catch (nb::python_error& error) {
    nb::object raised = nb::borrow(error.value());
    raised.attr("posted") = posted;
    throw;
  }
  call.Finish(posted, posted);
  return posted;
}

}  // namespace

void BindWriteArrow(StoreClass& store) {
  store.def("_write_arrow", WriteArrow, nb::arg("stream"), nb::arg("channel") = nb::none(),
            nb::arg("progress") = nb::none(),
            nb::sig("def _write_arrow(self, stream: object, channel: str | bytes | None = None, "
                    "progress: collections.abc.Callable[[int, int | None], object] | None = None) -> int"));
}

}  // namespace rookery::python
