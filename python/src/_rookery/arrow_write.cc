// Store._write_arrow: the rows of an Arrow stream, posted batch by batch.
#include <optional>
#include <string>

#include "arrow_capsule.h"
#include "arrow_rows.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "query.h"

namespace rookery::python {
namespace {

std::uint64_t WriteArrow(const StoreObject& self, nb::handle capsule, nb::handle channel, nb::handle progress,
                         nb::handle durability, nb::handle rows_per_post) {
  ArrowArrayStream* const stream = StreamIn(capsule);
  std::optional<std::string> channel_of_all;
  if (!channel.is_none()) channel_of_all = std::string(TextArgument(channel, "channel").view());
  const BatchOptions options{.durability = OptionalDurability(durability)};
  const auto step = NumberArgument<std::uint32_t>(rows_per_post, "batch_size", 1);
  LongCall call(*self.core, progress);
  std::uint64_t posted = 0;
  // A use of the store for each batch: the stream may be one of the same store.
  const auto post = [&](std::span<const NewMessage> messages) -> Status {
    {
      const StoreCore::Use use = self.core->Enter();
      if (!use) return self.core->WhyUnusable();
      const auto stored = use->PostBatch(messages, options);
      if (!stored) return stored.status();
    }
    posted += messages.size();
    return call.Look(posted, std::nullopt) ? Status() : Status(StatusCode::kInterrupted, "the write was stopped");
  };
  try {
    Status status;
    {
      const ReleasedGil released;
      status = ReadRows(stream, channel_of_all, step, post);
    }
    call.Check(status);
    call.Finish(posted, posted);
  } catch (nb::python_error& error) {
    nb::object raised = nb::borrow(error.value());
    raised.attr("posted") = posted;
    throw;
  }
  return posted;
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
