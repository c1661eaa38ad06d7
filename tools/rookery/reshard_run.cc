#include "reshard_run.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{100};

Value MaybeTime(const std::optional<Timestamp>& time) { return time ? Value::Time(*time) : Value::None(); }

Value MaybeText(std::string_view text) { return text.empty() ? Value::None() : Value::Text(text); }

/// The job as it rests, or as it is when the user wants to stop.
Result<ReshardStatus> Watch(Context& context, const Store& store, std::string_view cell) {
  Progress progress(context, "reshard", "rows");
  for (;;) {
    const Status rests = store.AwaitReshard(kBetweenLooks, cell);
    if (!rests.ok() && rests.code() != StatusCode::kBusy) return rests;
    Result<ReshardStatus> job = JobOf(store, cell);
    if (rests.ok() || !job || !progress.Update(SampleOf(*job))) return job;
  }
}

}  // namespace

bool Ended(const ReshardStatus& status) {
  return status.phase == ReshardPhase::kDone || status.phase == ReshardPhase::kReverted;
}

Result<ReshardStatus> JobOf(const Store& store, std::string_view cell) {
  const Result<std::optional<ReshardStatus>> status = store.Reshard(cell);
  if (!status) return status.error();
  if (!*status) return Status(StatusCode::kNotFound, "no reshard job");
  return **status;
}

Result<ExitCode> FollowReshard(Context& context, Store* store, std::string_view cell) {
  const Result<ReshardStatus> job = Watch(context, *store, cell);
  if (!job) return job.error();
  Status closed = store->Close();
  PrintReshard(context, *job);
  // A disk that is full fails both, and the job's reason says more.
  if (Status outcome = OutcomeOf(*job, InterruptSignal() != 0); !outcome.ok()) return outcome;
  if (!closed.ok()) return closed;
  context.Note(SummaryOf(*job));
  return ExitCode::kOk;
}

void PrintReshard(Context& context, const std::optional<ReshardStatus>& status) {
  Document document(context, "rookery.reshard.v1");
  document.Add("phase", Value::Text(status ? ReshardPhaseName(status->phase) : "none"));
  if (!status) return document.Print();
  document.Add("paused", Value::Flag(status->paused))
      .Add("paused_reason", MaybeText(status->paused_reason))
      .Add("request", Value::Text(status->request))
      .Add("epoch", Value::Count(status->epoch.value))
      .Add("strategy_before", Value::Text(status->strategy_before))
      .Add("strategy_after", Value::Text(status->strategy_after))
      .Add("shards_before", Value::Count(status->shards_before))
      .Add("shards_after", Value::Count(status->shards_after))
      .Add("bytes_total", Value::Size(status->bytes_total))
      .Add("bytes_copied", Value::Size(status->bytes_copied))
      .Add("rows_copied", Value::Count(status->rows_copied))
      .Add("bytes_per_second", Value::Size(status->bytes_per_second))
      .Add("seconds_left", status->time_left ? Value::Count(status->time_left->count()) : Value::None())
      .Add("reads_compared", Value::Count(status->reads_compared))
      .Add("reads_differing", Value::Count(status->reads_differing))
      .Add("started_at", Value::Time(status->started_at))
      .Add("switched_at", MaybeTime(status->switched_at))
      .Add("drop_at", MaybeTime(status->drop_at))
      .Add("finished_at", MaybeTime(status->finished_at))
      .Print();
}

ProgressSample SampleOf(const ReshardStatus& status) {
  const std::string_view phase = ReshardPhaseName(status.phase);
  if (status.phase != ReshardPhase::kBackfill) return {.phase = phase};
  return {.items = status.rows_copied,
          .bytes = status.bytes_copied,
          .total_bytes = status.bytes_total,
          .bytes_per_second = status.bytes_per_second,
          .phase = phase};
}

Status OutcomeOf(const ReshardStatus& status, bool interrupted) {
  if (status.phase == ReshardPhase::kReverted && !status.paused_reason.empty()) {
    return {StatusCode::kUnavailable,
            fmt::format("the job has gone back, and the shards are as before: {}", status.paused_reason)};
  }
  if (Ended(status)) return Status::Ok();
  if (status.paused) {
    return {StatusCode::kUnavailable,
            fmt::format("the job is paused in phase {}: {}\nwhen the cause is mended: rookery reshard resume STORE; or "
                        "to go back: rookery reshard revert STORE",
                        ReshardPhaseName(status.phase),
                        status.paused_reason.empty() ? "it was asked to" : status.paused_reason)};
  }
  if (!interrupted) return Status::Ok();
  return {StatusCode::kInterrupted,
          fmt::format("interrupted in phase {}; the job stays where it is, and rookery reshard resume goes on with it",
                      ReshardPhaseName(status.phase))};
}

std::string SummaryOf(const ReshardStatus& status) {
  const std::string copied = fmt::format("{} rows ({}) were copied", GroupDigits(status.rows_copied),
                                         HumanBytes(static_cast<double>(status.bytes_copied)));
  if (!status.drop_at) return fmt::format("{}: {}; {}", status.request, ReshardPhaseName(status.phase), copied);
  return fmt::format(
      "{}: switched; {}\nthe old place is kept until {}: rookery reshard revert goes back till then; afterwards\n"
      "rookery reshard resume, or any application that opens the store, drops it",
      status.request, copied, LocalTime(*status.drop_at));
}

}  // namespace rookery::cli
