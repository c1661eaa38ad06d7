#include "reshard_apply.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "reshard_run.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

constexpr std::string_view kNothingToChange = "the store is as it is asked to be already";

Result<Epoch> ParseMapEpoch(std::string_view text) {
  const auto number = ParseCount(text);
  if (!number) return number.error();
  return Epoch{*number};
}

std::string Sharded(std::string_view strategy, std::uint32_t shards) {
  return fmt::format("{} over {} shard{}", strategy, shards, shards == 1 ? "" : "s");
}

std::string PlanSummary(const ReshardPlan& plan) {
  if (!plan.changes) return std::string(kNothingToChange);
  std::uint64_t bytes = 0;
  std::uint64_t moved = 0;
  for (const std::uint64_t of_shard : plan.bytes_before) bytes += of_shard;
  for (const ShardTransfer& transfer : plan.transfers) moved += transfer.bytes;
  return fmt::format("{} -> {}: {} of {} move; epoch {}", Sharded(plan.strategy_before, plan.shards_before),
                     Sharded(plan.strategy_after, plan.shards_after), HumanBytes(static_cast<double>(moved)),
                     HumanBytes(static_cast<double>(bytes)), plan.epoch.value);
}

void PrintPlan(Context& context, const ReshardPlan& plan) {
  Table table(context, {"from", "to", "channels", "messages", "bytes", "epoch"});
  for (const ShardTransfer& transfer : plan.transfers) {
    table.Row({Value::Count(transfer.from.value), Value::Count(transfer.to.value), Value::Count(transfer.channels),
               Value::Count(transfer.messages), Value::Size(transfer.bytes), Value::Count(plan.epoch.value)});
  }
  table.Finish();
  context.Note(PlanSummary(plan));
}

Result<ReshardPlan> MakePlan(Context& context, const std::string& path, const ReshardRequest& request,
                             const std::string& cell) {
  const Result<Store> store = OpenForReading(context, path);
  if (!store) return store.error();
  Result<ReshardPlan> plan = store->PlanReshard(request, cell);
  const auto job = store->Reshard(cell);
  if (plan && job && *job && !Ended(**job)) {
    context.Note(fmt::format("a reshard job is under way, in phase {}: nothing else can begin before it has ended",
                             ReshardPhaseName((*job)->phase)));
  }
  return plan;
}

ExitCode NothingToChange(Context& context) {
  PrintReshard(context, std::nullopt);
  context.Note(kNothingToChange);
  return ExitCode::kOk;
}

}  // namespace

void ReshardApply::Define(CLI::App& app, const std::string& prefix, const std::function<void(CLI::Option*)>& added) {
  added(app.add_flag("--yes", yes_, prefix + "change the store; without it the plan is shown and refused"));
  added(AddParsed(app, {"--epoch", "N", prefix + "only if the plan is made for this epoch, which plan shows"},
                  &options_.epoch, ParseMapEpoch));
  added(AddParsed(
      app,
      {"--keep", "DURATION", prefix + "how long the old place is kept, to revert: 90s, 12h, 7d; default not at all"},
      &options_.keep, ParseDuration));
  added(AddParsed(app, {"--share", "PERCENT", prefix + "the part of its time in which it may work; default 5"},
                  &options_.share, ParsePercent));
  added(AddParsed(app, {"--max-rate", "SIZE", prefix + "copy at most so much in a second; default no limit"},
                  &options_.max_bytes_per_second, ParseSize));
}

Result<ExitCode> ReshardApply::Plan(Context& context, const std::string& store, const ReshardRequest& request,
                                    const std::string& cell) {
  const Result<ReshardPlan> plan = MakePlan(context, store, request, cell);
  if (!plan) return plan.error();
  PrintPlan(context, *plan);
  return ExitCode::kOk;
}

Result<ExitCode> ReshardApply::Apply(Context& context, const std::string& path, const ReshardRequest& request,
                                     const std::string& cell) const {
  if (!yes_) {
    const Result<ReshardPlan> plan = MakePlan(context, path, request, cell);
    if (!plan) return plan.error();
    if (!plan->changes) return NothingToChange(context);
    PrintPlan(context, *plan);
    return Status(
        StatusCode::kInvalidArgument,
        fmt::format("nothing is changed without --yes; for just this plan: --yes --epoch {}", plan->epoch.value));
  }
  ReshardOptions options = options_;
  options.cell = cell;
  const CatchInterrupts catch_interrupts;
  Result<Store> store = OpenForWriting(context, path);
  if (!store) return store.error();
  const Result<ReshardPlan> plan = store->StartReshard(request, options);
  if (!plan) return plan.error();
  if (!plan->changes) return NothingToChange(context);
  context.Note(PlanSummary(*plan));
  return FollowReshard(context, &*store, cell);
}

}  // namespace rookery::cli
