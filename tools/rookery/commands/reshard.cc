// reshard: what a change of the shards would move, and the job that carries it out.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "action_options.h"
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "reshard_proof.h"
#include "reshard_request.h"
#include "reshard_run.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

constexpr std::string_view kNothingToChange = "the store is as it is asked to be already";

Result<double> ParsePercent(std::string_view text) {
  constexpr std::uint64_t kMost = 100;
  const auto number = ParseCount(text);
  if (number && *number > 0 && *number <= kMost) return static_cast<double>(*number) / static_cast<double>(kMost);
  return Status{StatusCode::kInvalidArgument,
                fmt::format("\"{}\" is not a percentage: a whole number from 1 to 100", TerminalText(text))};
}

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

class ReshardCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "reshard",
            .summary = "Plan, carry out and prove a change of the shards",
            .details =
                "plan and apply take one of --shards, --split, --merge, --move, --slots, --range, --rebalance and\n"
                "--strategy. plan changes nothing; columns in a pipe: from, to, channels, messages, bytes, epoch.\n"
                "apply copies what moves, compares both places, switches to the new one and removes the old one. It\n"
                "goes on until that is done, or until the old place is kept; stopped before, resume goes on with it.\n"
                "Between these commands no other command works on the job, but applications that open the store do.\n"
                "verify prints rows, bytes and a fingerprint of each shard and of all, which a job leaves as it is,\n"
                "and compares both places while there are two: exit code 12 if they differ. In a pipe it ends with\n"
                "lines: shard, number, rows, bytes, fingerprint; and move, from, to, rows, fingerprint, copy_rows,\n"
                "copy_fingerprint, equal.",
            .examples = {"rookery reshard plan chat.rook --shards 9", "rookery reshard plan chat.rook --split 3 --json",
                         "rookery reshard apply chat.rook --shards 9 --epoch 1 --keep 7d --yes",
                         "rookery reshard apply chat.rook --merge 8 --into 2 --share 100 --yes",
                         "rookery reshard status chat.rook --json", "rookery reshard revert chat.rook",
                         "rookery reshard verify chat.rook"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"plan", "apply", "status", "pause", "resume", "revert", "verify"},
              &action_)
        ->required();
    AddStore(app, &store_);
    change_.Define(app, &by_action_);
    DefineApply(app);
  }

  Result<ExitCode> Run(Context& context) override {
    if (Status fits = by_action_.Check(action_); !fits.ok()) return fits;
    if (action_ == "plan") return Plan(context);
    if (action_ == "apply") return yes_ ? Apply(context) : Refuse(context);
    if (action_ == "status") return ShowStatus(context);
    if (action_ == "pause") return Pause(context);
    if (action_ == "resume") return Follow(context, &Store::ResumeReshard);
    if (action_ == "revert") return Follow(context, &Store::RevertReshard);
    return Verify(context);
  }

 private:
  void DefineApply(CLI::App& app) {
    const auto of_apply = [this](CLI::Option* option) { by_action_.Only({"apply"}, option); };
    of_apply(app.add_flag("--yes", yes_, "apply: change the store; without it the plan is shown and refused"));
    of_apply(AddParsed(app, {"--epoch", "N", "apply: only if the plan is made for this epoch, which plan shows"},
                       &options_.epoch, ParseMapEpoch));
    of_apply(AddParsed(
        app,
        {"--keep", "DURATION", "apply: how long the old place is kept, to revert: 90s, 12h, 7d; default not at all"},
        &options_.keep, ParseDuration));
    of_apply(AddParsed(app, {"--share", "PERCENT", "apply: the part of its time in which it may work; default 10"},
                       &options_.share, ParsePercent));
    of_apply(AddParsed(app, {"--max-rate", "SIZE", "apply: copy at most so much in a second; default no limit"},
                       &options_.max_bytes_per_second, ParseSize));
  }

  Result<ReshardPlan> MakePlan(Context& context) const {
    const Result<ReshardRequest> request = change_.Request();
    if (!request) return request.error();
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    return store->PlanReshard(*request);
  }

  Result<ExitCode> Plan(Context& context) const {
    const Result<ReshardPlan> plan = MakePlan(context);
    if (!plan) return plan.error();
    PrintPlan(context, *plan);
    return ExitCode::kOk;
  }

  /// Shows what --yes would do.
  Result<ExitCode> Refuse(Context& context) const {
    const Result<ReshardPlan> plan = MakePlan(context);
    if (!plan) return plan.error();
    if (!plan->changes) return NothingToChange(context);
    PrintPlan(context, *plan);
    return Status(
        StatusCode::kInvalidArgument,
        fmt::format("nothing is changed without --yes; for just this plan: --yes --epoch {}", plan->epoch.value));
  }

  Result<ExitCode> Apply(Context& context) const {
    const Result<ReshardRequest> request = change_.Request();
    if (!request) return request.error();
    const CatchInterrupts catch_interrupts;
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<ReshardPlan> plan = store->StartReshard(*request, options_);
    if (!plan) return plan.error();
    if (!plan->changes) return NothingToChange(context);
    context.Note(PlanSummary(*plan));
    return FollowReshard(context, &*store);
  }

  static Result<ExitCode> NothingToChange(Context& context) {
    PrintReshard(context, std::nullopt);
    context.Note(kNothingToChange);
    return ExitCode::kOk;
  }

  Result<ExitCode> ShowStatus(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<std::optional<ReshardStatus>> status = store->Reshard();
    if (!status) return status.error();
    PrintReshard(context, *status);
    if (!*status) context.Note("no reshard job");
    return ExitCode::kOk;
  }

  Result<ExitCode> Pause(Context& context) const {
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    if (Status paused = store->PauseReshard(); !paused.ok()) return paused;
    const Result<ReshardStatus> job = JobOf(*store);
    if (!job) return job.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    PrintReshard(context, *job);
    context.Note("the job is paused, also for applications; rookery reshard resume goes on with it");
    return ExitCode::kOk;
  }

  Result<ExitCode> Follow(Context& context, Status (Store::*begin)()) const {
    const CatchInterrupts catch_interrupts;
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    if (Status begun = (*store.*begin)(); !begun.ok()) return begun;
    return FollowReshard(context, &*store);
  }

  Result<ExitCode> Verify(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<ReshardProof> proof = ProveReshard(context, *store);
    if (!proof) return proof.error();
    PrintProof(context, *proof);
    return AllEqual(*proof) ? ExitCode::kOk : ExitCode::kDamage;
  }

  ActionOptions by_action_;
  std::string action_;
  std::string store_;
  ReshardChange change_;
  bool yes_ = false;
  ReshardOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeReshardCommand() { return std::make_unique<ReshardCommand>(); }

}  // namespace rookery::cli
