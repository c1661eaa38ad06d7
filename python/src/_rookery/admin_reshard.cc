// Store._plan_reshard and what else a job that changes the shards is told and asked.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

#include "admin.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "option_reader.h"
#include "reshard_plan.h"
#include "reshard_request.h"

namespace rookery::python {
namespace {

nb::dict Plan(const StoreObject& self, nb::handle change, nb::handle cell) {
  const ReshardRequest request = ReshardRequestFrom(change);
  const TextArgument name = OptionalText(cell, "cell");
  return PlanDict(
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.PlanReshard(request, name); })));
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

nb::object ReadStatus(const StoreObject& self, nb::handle cell) {
  const TextArgument name = OptionalText(cell, "cell");
  return StatusDict(Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.Reshard(name); })));
}

void Pause(const StoreObject& self, nb::handle cell) {
  const TextArgument name = OptionalText(cell, "cell");
  Check(WithoutGil(*self.core, [&](rookery::Store& store) { return store.PauseReshard(name); }));
}

void Resume(const StoreObject& self, nb::handle cell) {
  const TextArgument name = OptionalText(cell, "cell");
  Check(WithoutGil(*self.core, [&](rookery::Store& store) { return store.ResumeReshard(name); }));
}

void Revert(const StoreObject& self, nb::handle cell) {
  const TextArgument name = OptionalText(cell, "cell");
  Check(WithoutGil(*self.core, [&](rookery::Store& store) { return store.RevertReshard(name); }));
}

/// Waits in short pieces and looks around between them. kBusy: the job is still under way after `timeout`.
Status AwaitInPieces(const rookery::Store& store, std::optional<std::chrono::milliseconds> timeout,
                     std::string_view cell, LongCall* call) {
  constexpr std::chrono::milliseconds kPiece{50};
  const auto began = std::chrono::steady_clock::now();
  for (;;) {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    const bool last = timeout && *timeout - waited <= kPiece;
    const auto piece = last ? std::max(*timeout - waited, std::chrono::milliseconds{0}) : kPiece;
    Status awaited = store.AwaitReshard(piece, cell);
    if (awaited.code() != StatusCode::kBusy) return awaited;
    const auto job = store.Reshard(cell);
    if (!job) return job.error();
    if (*job && !call->Look((*job)->bytes_copied, (*job)->bytes_total)) {
      return {StatusCode::kInterrupted, "the waiting was stopped"};
    }
    if (last) return awaited;
  }
}

nb::object Wait(const StoreObject& self, nb::handle timeout, nb::handle progress, nb::handle cell) {
  const TextArgument name = OptionalText(cell, "cell");
  LongCall call(*self.core, progress);
  nb::dict dict;
  dict["timeout"] = timeout;
  std::optional<std::chrono::milliseconds> longest;
  if (!timeout.is_none()) OptionReader(dict, "").Read("timeout", &longest.emplace());
  std::optional<ReshardStatus> job;
  const Status waited = WithoutGil(*self.core, [&](rookery::Store& store) -> Status {
    if (Status awaited = AwaitInPieces(store, longest, name, &call); !awaited.ok()) return awaited;
    Result<std::optional<ReshardStatus>> status = store.Reshard(name);
    if (!status) return status.error();
    job = *std::move(status);
    return job ? Status() : Status(StatusCode::kNotFound, "the shards were never changed");
  });
  call.Check(waited);
  call.Finish(job->bytes_copied, job->paused ? job->bytes_total : job->bytes_copied);
  return StatusDict(job);
}

}  // namespace

void BindReshard(StoreClass& store) {
  store
      .def("_plan_reshard", Plan, nb::arg("change"), nb::arg("cell") = nb::none(),
           nb::sig("def _plan_reshard(self, change: tuple[str, dict[str, object]], cell: str | bytes | None = None) "
                   "-> dict[str, typing.Any]"))
      .def("_start_reshard", Start, nb::arg("change"), nb::arg("options") = nb::dict(),
           nb::sig("def _start_reshard(self, change: tuple[str, dict[str, object]], "
                   "options: dict[str, object] = {}) -> dict[str, typing.Any]"))
      .def("_reshard_status", ReadStatus, nb::arg("cell") = nb::none(),
           nb::sig("def _reshard_status(self, cell: str | bytes | None = None) -> dict[str, typing.Any] | None"))
      .def("pause_reshard", Pause, nb::kw_only(), nb::arg("cell") = nb::none(),
           nb::sig("def pause_reshard(self, *, cell: str | bytes | None = None) -> None"),
           "Stops the job until resume_reshard, also when the store is opened again; writes still go to both places. "
           "NotFoundError: no job is under way.")
      .def("resume_reshard", Resume, nb::kw_only(), nb::arg("cell") = nb::none(),
           nb::sig("def resume_reshard(self, *, cell: str | bytes | None = None) -> None"),
           "Goes on with a job that was paused, by a call or by a failure, or that the store was opened without. "
           "NotFoundError: no job is under way.")
      .def("revert_reshard", Revert, nb::kw_only(), nb::arg("cell") = nb::none(),
           nb::sig("def revert_reshard(self, *, cell: str | bytes | None = None) -> None"),
           "Makes the job go back: channels will be where they were before it, with all that was written since. "
           "NotFoundError: no job is under way. InvalidArgumentError: it removes the old place already.")
      .def("_wait_for_reshard", Wait, nb::arg("timeout") = nb::none(), nb::arg("progress") = nb::none(),
           nb::arg("cell") = nb::none(),
           nb::sig("def _wait_for_reshard(self, timeout: float | None = None, "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None, "
                   "cell: str | bytes | None = None) -> dict[str, typing.Any]"));
  BindReshardProof(store);
}

}  // namespace rookery::python
