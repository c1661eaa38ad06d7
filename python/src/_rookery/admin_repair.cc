// Store._repair: makes anew what the store derives from its messages.
//
// A repair keeps writers out. So it runs on a thread of its own: a progress function that writes waits for it then, and
// not for itself.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>

#include "admin.h"
#include "errors.h"
#include "interrupt.h"

namespace rookery::python {
namespace {

struct Rows {
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> total{0};  // 0: not known yet
};

Result<RepairReport> RunAside(rookery::Store& store, LongCall* call, Rows* rows) {
  constexpr std::chrono::milliseconds kBetweenLooks{20};
  std::atomic<bool> goes_on{true};
  const RepairOptions options{.progress = [&](std::uint64_t done, std::uint64_t total) {
    rows->done = done;
    rows->total = total;
    return goes_on.load();
  }};
  auto report = std::async(std::launch::async, [&] { return store.Repair(options); });
  do {
    const std::uint64_t total = rows->total;
    if (!call->Look(rows->done, total > 0 ? std::optional(total) : std::nullopt)) goes_on = false;
  } while (report.wait_for(kBetweenLooks) != std::future_status::ready);
  return report.get();
}

nb::dict Repair(const StoreObject& self, nb::handle progress) {
  LongCall call(*self.core, progress);
  Rows rows;
  const Result<RepairReport> report =
      WithoutGil(*self.core, [&](rookery::Store& store) { return RunAside(store, &call, &rows); });
  call.Check(report.status());
  const std::uint64_t all = std::max(rows.done.load(), report->messages);
  call.Finish(all, all);
  nb::dict dict;
  dict["messages"] = report->messages;
  dict["buckets"] = report->buckets;
  dict["buckets_mended"] = report->buckets_mended;
  return dict;
}

}  // namespace

void BindRepair(StoreClass& store) {
  store.def("_repair", Repair, nb::arg("progress") = nb::none(),
            nb::sig("def _repair(self, progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                    "-> dict[str, typing.Any]"));
}

}  // namespace rookery::python
