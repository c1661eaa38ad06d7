#include "bulk_load.h"

#include <nanobind/stl/unique_ptr.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "arrow_capsule.h"
#include "arrow_rows.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "new_messages.h"
#include "tied.h"

namespace rookery::python {
namespace {

/// What Python is told during a call of a load. It changes with each call, and is used by the thread that makes it.
struct Listener {
  LongCall* call = nullptr;
  nb::handle on_refused = {};

  bool Hear(const BulkProgress& now) const {
    return call->Look(now.messages, now.total_messages > 0 ? std::optional(now.total_messages) : std::nullopt);
  }

  /// The message is left out then, unless Python raised.
  bool Hear(const BulkRefusal& refusal) const {
    return call->CallPython([&] {
      nb::dict dict;
      dict["channel"] = ToStr(refusal.channel);
      dict["id"] = refusal.id.value;
      dict["index"] = refusal.index;
      on_refused(dict);
    });
  }
};

class LoadObject {
 public:
  LoadObject(const std::shared_ptr<StoreCore>& core, BulkLoader loader, std::shared_ptr<Listener> listener)
      : listener_(std::move(listener)), loader_(core, std::move(loader)) {}

  void Add(nb::handle messages, nb::handle progress) {
    LongCall call(loader_.core(), progress);
    const NewMessages parsed = NewMessages::FromDicts(messages);
    Status status;
    {
      const ReleasedGil released;
      status = Take(parsed.messages(), &call);
    }
    call.Check(status);
  }

  void AddArrow(nb::handle capsule, nb::handle channel, nb::handle progress) {
    constexpr std::size_t kRowsAtOnce = 10'000;
    ArrowArrayStream* const stream = StreamIn(capsule);
    std::optional<std::string> channel_of_all;
    if (!channel.is_none()) channel_of_all = std::string(TextArgument(channel, "channel").view());
    LongCall call(loader_.core(), progress);
    Status status;
    {
      const ReleasedGil released;
      status = ReadRows(stream, channel_of_all, kRowsAtOnce,
                        [&](std::span<const NewMessage> messages) { return Take(messages, &call); });
    }
    call.Check(status);
  }

  nb::dict Finish(nb::handle progress, nb::handle on_refused) {
    LongCall call(loader_.core(), progress);
    const Result<BulkReport> report = loader_.With([&](BulkLoader& loader) {
      *listener_ = {.call = &call, .on_refused = on_refused};
      ended_ = true;
      return loader.Finish();
    });
    call.Check(report.status());
    const std::uint64_t all = report->posted + report->existed + report->refused;
    call.Finish(all, all);
    nb::dict dict;
    dict["posted"] = report->posted;
    dict["existed"] = report->existed;
    dict["renamed"] = report->renamed;
    dict["refused"] = report->refused;
    return dict;
  }

  void Cancel() {
    Check(loader_.With([&](BulkLoader& loader) {
      ended_ = true;
      loader.Cancel();
      return Status();
    }));
  }

  std::uint64_t added() const { return added_; }
  bool ended() const { return ended_; }

 private:
  /// REQUIRES: the thread does not hold the GIL.
  Status Take(std::span<const NewMessage> messages, LongCall* call) {
    return loader_.Do([&](BulkLoader& loader) -> Status {
      *listener_ = {.call = call};
      Status status = loader.Add(messages);
      if (status.ok()) added_ += messages.size();
      const bool goes_on =
          status.ok() || status.code() == StatusCode::kInvalidArgument || status.code() == StatusCode::kBusy;
      if (!goes_on) ended_ = true;
      if (!status.ok() || call->Look()) return status;
      // What was taken cannot be given back: who catches this and goes on must not load it twice.
      ended_ = true;
      loader.Cancel();
      return {StatusCode::kInterrupted, "the bulk load was stopped"};
    });
  }

  const std::shared_ptr<Listener> listener_;  // written in Do
  std::atomic<std::uint64_t> added_{0};
  std::atomic<bool> ended_{false};
  Tied<BulkLoader> loader_;
};

std::unique_ptr<LoadObject> BulkLoad(const StoreObject& self, nb::handle memory_bytes, nb::handle packing,
                                     nb::handle id_collision, bool refuses) {
  auto listener = std::make_shared<Listener>();
  BulkOptions options{.id_collision = CollisionArgument(id_collision),
                      .packing = PackingArgument(packing),
                      .progress = [listener](const BulkProgress& now) { return listener->Hear(now); }};
  if (!memory_bytes.is_none()) options.memory_bytes = NumberArgument<std::size_t>(memory_bytes, "memory");
  if (refuses) options.on_refused = [listener](const BulkRefusal& refusal) { return listener->Hear(refusal); };
  BulkLoader loader = Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.BulkLoader(options); }));
  return std::make_unique<LoadObject>(self.core, std::move(loader), std::move(listener));
}

}  // namespace

void BindBulkLoads(nb::module_& module, StoreClass& store) {
  using nb::arg;
  nb::class_<LoadObject>(module, "BulkLoad", nb::is_final(),
                         "A load of many messages. Forgotten, it is cancelled and leaves nothing behind.")
      .def("add", &LoadObject::Add, arg("messages"), arg("progress") = nb::none(),
           nb::sig("def add(self, messages: collections.abc.Iterable[dict[str, typing.Any]], "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None) -> None"),
           "Takes messages as Store.post_batch does, all of them or, if one is bad, none.")
      .def("add_arrow", &LoadObject::AddArrow, arg("stream"), arg("channel") = nb::none(), arg("progress") = nb::none(),
           nb::sig("def add_arrow(self, stream: object, channel: str | bytes | None = None, "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None) -> None"),
           "Takes the rows of an Arrow stream, 10,000 at a time.")
      .def("finish", &LoadObject::Finish, arg("progress") = nb::none(), arg("on_refused") = nb::none(),
           nb::sig("def finish(self, progress: collections.abc.Callable[[int, int | None], object] | None = None, "
                   "on_refused: collections.abc.Callable[[dict[str, typing.Any]], object] | None = None) "
                   "-> dict[str, int]"),
           "Makes everything visible at once: posted, existed, renamed, refused.")
      .def("cancel", &LoadObject::Cancel, nb::sig("def cancel(self) -> None"),
           "Ends the load without a trace. Does nothing if it has ended.")
      .def_prop_ro("added", &LoadObject::added, "How many messages it took.")
      .def_prop_ro("ended", &LoadObject::ended, "True if it takes no more.");
  store.def("_bulk_load", BulkLoad, arg("memory_bytes").none(), arg("packing"), arg("id_collision"), arg("refuses"),
            nb::sig("def _bulk_load(self, memory_bytes: int | None, packing: str, id_collision: str, refuses: bool) "
                    "-> BulkLoad"));
}

}  // namespace rookery::python
