// Store._plan_reshard and what else a job that changes the shards is told and asked.
#include <algorithm>
#include <chrono>
#include <optional>

#include "admin.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "option_reader.h"
#include "reshard_plan.h"
#include "reshard_request.h"

namespace rookery::python {
namespace {

nb::dict Plan(const StoreObject& self, nb::handle change) {
  const ReshardRequest request = ReshardRequestFrom(change);
  return PlanDict(Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.PlanReshard(request); })));
}

nb::dict Start(const StoreObject& self, nb::handle change, nb::handle options) {
  const ReshardRequest request = ReshardRequestFrom(change);
  const ReshardOptions parsed = ReshardOptionsFrom(options);
  return PlanDict(
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.StartReshard(request, parsed); })));
}

nb::object SecondsOrNone(const std::optional<std::chrono::seconds>& time) {
  return time ? nb::object(nb::int_(time->count())) : nb::none();
}

nb::object StatusDict(const std::optional<ReshardStatus>& status) {
  if (!status) return nb::none();
  nb::dict dict;
  dict["phase"] = ToStr(ReshardPhaseName(status->phase));
  dict["paused"] = status->paused;
  dict["paused_reason"] = ToStr(status->paused_reason);
  dict["request"] = ToStr(status->request);
  dict["epoch"] = status->epoch.value;
  dict["strategy_before"] = ToStr(status->strategy_before);
  dict["strategy_after"] = ToStr(status->strategy_after);
  dict["shards_before"] = status->shards_before;
  dict["shards_after"] = status->shards_after;
  dict["bytes_total"] = status->bytes_total;
  dict["bytes_copied"] = status->bytes_copied;
  dict["rows_copied"] = status->rows_copied;
  dict["bytes_per_second"] = status->bytes_per_second;
  dict["time_left_s"] = SecondsOrNone(status->time_left);
  dict["reads_compared"] = status->reads_compared;
  dict["reads_differing"] = status->reads_differing;
  dict["started_at"] = ToDatetime(status->started_at);
  dict["switched_at"] = ToDatetime(status->switched_at);
  dict["drop_at"] = ToDatetime(status->drop_at);
  dict["finished_at"] = ToDatetime(status->finished_at);
  return dict;
}

nb::object ReadStatus(const StoreObject& self) {
  return StatusDict(Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.Reshard(); })));
}

void Pause(const StoreObject& self) {
  Check(WithoutGil(*self.core, [](rookery::Store& store) { return store.PauseReshard(); }));
}

void Resume(const StoreObject& self) {
  Check(WithoutGil(*self.core, [](rookery::Store& store) { return store.ResumeReshard(); }));
}

void Revert(const StoreObject& self) {
  Check(WithoutGil(*self.core, [](rookery::Store& store) { return store.RevertReshard(); }));
}

/// Waits in short pieces and looks around between them. kBusy: the job is still under way after `timeout`.
Status AwaitInPieces(const rookery::Store& store, std::optional<std::chrono::milliseconds> timeout, LongCall* call) {
  constexpr std::chrono::milliseconds kPiece{50};
  const auto began = std::chrono::steady_clock::now();
  for (;;) {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    const bool last = timeout && *timeout - waited <= kPiece;
    Status awaited = store.AwaitReshard(last ? std::max(*timeout - waited, std::chrono::milliseconds{0}) : kPiece);
    if (awaited.code() != StatusCode::kBusy) return awaited;
    const auto job = store.Reshard();
    if (!job) return job.error();
    if (*job && !call->Look((*job)->bytes_copied, (*job)->bytes_total)) {
      return {StatusCode::kInterrupted, "the waiting was stopped"};
    }
    if (last) return awaited;
  }
}

nb::object Wait(const StoreObject& self, nb::handle timeout, nb::handle progress) {
  LongCall call(*self.core, progress);
  nb::dict dict;
  dict["timeout"] = timeout;
  std::optional<std::chrono::milliseconds> longest;
  if (!timeout.is_none()) OptionReader(dict, "").Read("timeout", &longest.emplace());
  std::optional<ReshardStatus> job;
  const Status waited = WithoutGil(*self.core, [&](rookery::Store& store) -> Status {
    if (Status awaited = AwaitInPieces(store, longest, &call); !awaited.ok()) return awaited;
    Result<std::optional<ReshardStatus>> status = store.Reshard();
    if (!status) return status.error();
    job = *std::move(status);
    return job ? Status() : Status(StatusCode::kNotFound, "the shards of this store were never changed");
  });
  call.Check(waited);
  call.Finish(job->bytes_copied, job->paused ? job->bytes_total : job->bytes_copied);
  return StatusDict(job);
}

}  // namespace

void BindReshard(StoreClass& store) {
  store
      .def("_plan_reshard", Plan, nb::arg("change"),
           nb::sig("def _plan_reshard(self, change: tuple[str, dict[str, object]]) -> dict[str, typing.Any]"))
      .def("_start_reshard", Start, nb::arg("change"), nb::arg("options") = nb::dict(),
           nb::sig("def _start_reshard(self, change: tuple[str, dict[str, object]], "
                   "options: dict[str, object] = {}) -> dict[str, typing.Any]"))
      .def("_reshard_status", ReadStatus, nb::sig("def _reshard_status(self) -> dict[str, typing.Any] | None"))
      .def("pause_reshard", Pause, nb::sig("def pause_reshard(self) -> None"),
           "Stops the job until resume_reshard, also when the store is opened again; writes still go to both places. "
           "NotFoundError: no job is under way.")
      .def("resume_reshard", Resume, nb::sig("def resume_reshard(self) -> None"),
           "Goes on with a job that was paused, by a call or by a failure, or that the store was opened without. "
           "NotFoundError: no job is under way.")
      .def("revert_reshard", Revert, nb::sig("def revert_reshard(self) -> None"),
           "Makes the job go back: channels will be where they were before it, with all that was written since. "
           "NotFoundError: no job is under way. InvalidArgumentError: it removes the old place already.")
      .def("_wait_for_reshard", Wait, nb::arg("timeout") = nb::none(), nb::arg("progress") = nb::none(),
           nb::sig("def _wait_for_reshard(self, timeout: float | None = None, "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                   "-> dict[str, typing.Any]"));
  BindReshardProof(store);
}

}  // namespace rookery::python
