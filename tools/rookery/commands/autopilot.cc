// autopilot: what splits and merges of shards by their size would come next, the next one carried out, and the log.
#include "rookery/autopilot.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "action_options.h"
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "reshard_run.h"
#include "signals.h"
#include "table.h"

namespace rookery::cli {
namespace {

constexpr std::string_view kPlan = "--plan";
constexpr std::string_view kRun = "--run";
constexpr std::string_view kLog = "--log";

Value MaybeText(std::string_view text) { return text.empty() ? Value::None() : Value::Text(text); }

void PrintPlan(Context& context, const AutopilotPlan& plan) {
  Table table(context, {"decision", "held_back", "bytes", "reason"});
  std::uint64_t bytes = 0;
  if (plan.plan) {
    for (const ShardTransfer& transfer : plan.plan->transfers) bytes += transfer.bytes;
  }
  table.Row({Value::Text(plan.request_words), MaybeText(plan.held_back), Value::Size(bytes), Value::Text(plan.reason)});
  for (const AutopilotFinding& finding : plan.findings) {
    table.Row({Value::Text("none"), Value::None(), Value::Size(0), Value::Text(finding.reason)});
  }
  table.Finish();
}

std::string Summary(const AutopilotPlan& plan) {
  if (!plan.request) return "nothing to do: " + plan.reason;
  if (!plan.held_back.empty()) return fmt::format("not now: {}; then {}", plan.held_back, plan.request_words);
  return fmt::format("{}: {}", plan.request_words, plan.reason);
}

class AutopilotCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "autopilot",
        .summary = "Split and merge shards as they grow and shrink",
        .details =
            "One of --plan, --run and --log. --plan says what would be done now, and why, or why nothing is; it\n"
            "changes nothing. Columns in a pipe: decision, held_back, bytes, reason; lines after the first are\n"
            "shards that are too large and cannot be split. --run carries out the one change that --plan names, as\n"
            "reshard apply does, and keeps to the quiet period and the day's budget, so it can be run by cron.\n"
            "Applications do the same in a thread, if they open the store so. What is written to shards in a\n"
            "second only they see: here it is sizes that count. --log shows the last 100 decisions, whoever made\n"
            "them: decided_at, decision, outcome, bytes, reason, failure, ended_at.",
        .examples = {"rookery autopilot --plan chat.rook --target-bytes 4GiB",
                     "rookery autopilot --run chat.rook --target-bytes 4GiB --quiet-period 6h --yes",
                     "rookery autopilot --log chat.rook --json"}};
  }

  void Define(CLI::App& app) override {
    auto* plan = app.add_flag(std::string(kPlan), plan_, "say what would be done now, and why; change nothing");
    auto* run = app.add_flag(std::string(kRun), run_, "do it, and wait for its end")->excludes(plan);
    app.add_flag(std::string(kLog), log_, "show what was decided")->excludes(plan)->excludes(run);
    AddStore(app, &store_);
    DefineThresholds(app);
    DefineRun(app);
  }

  Result<ExitCode> Run(Context& context) override {
    if (!plan_ && !run_ && !log_) {
      return Status(StatusCode::kInvalidArgument, "give one of --plan, --run and --log");
    }
    if (Status fits = by_action_.Check(log_ ? kLog : run_ ? kRun : kPlan); !fits.ok()) return fits;
    if (log_) return ShowLog(context);
    return run_ && yes_ ? Carry(context) : Plan(context);
  }

 private:
  void DefineThresholds(CLI::App& app) {
    const auto both = [this](CLI::Option* option) { by_action_.Only({kPlan, kRun}, option); };
    both(AddParsed(app, {"--target-bytes", "SIZE", "what a shard is to hold, of messages; default 64GiB"},
                   &options_.target_bytes, ParseSize));
    both(AddParsed(app, {"--split-above", "PERCENT", "split a shard above this part of it; default 70"},
                   &options_.split_above, ParsePercent));
    both(AddParsed(app, {"--merge-below", "PERCENT", "merge two below this part of it; default 30"},
                   &options_.merge_below, ParsePercent));
    both(AddParsed(app, {"--min-shards", "N", "never merge to fewer; default 16"}, &options_.min_shards,
                   ParseSmallCount));
    both(AddParsed(app, {"--max-shards", "N", "never split to more; default 1024"}, &options_.max_shards,
                   ParseSmallCount));
    both(AddParsed(app, {"--spread-over", "N", "spread a channel that is nearly all of a shard, 0: never; default 4"},
                   &options_.spread_over, ParseSmallCount));
    both(AddParsed(app, {"--quiet-period", "DURATION", "do nothing for so long after a change; default 1h"},
                   &options_.quiet_period, ParseDuration));
    both(AddParsed(app, {"--budget", "SIZE", "copy at most so much in a day of UTC, 0: no limit; default 256GiB"},
                   &options_.budget, ParseSize));
  }

  void DefineRun(CLI::App& app) {
    const auto of_run = [this](CLI::Option* option) { by_action_.Only({kRun}, option); };
    of_run(app.add_flag("--yes", yes_, "--run: change the store; without it the plan is shown and refused"));
    of_run(AddParsed(app,
                     {"--keep", "DURATION", "--run: how long the old place is kept, to revert; default not at all"},
                     &options_.keep, ParseDuration));
    of_run(AddParsed(app, {"--share", "PERCENT", "--run: the part of its time in which it may work; default 5"},
                     &options_.share, ParsePercent));
  }

  /// Of a run without --yes, too: shows what that would do.
  Result<ExitCode> Plan(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<AutopilotPlan> plan = store->PlanAutopilot(options_);
    if (!plan) return plan.error();
    PrintPlan(context, *plan);
    if (!run_) return ExitCode::kOk;
    return Status(StatusCode::kInvalidArgument, "nothing is changed without --yes");
  }

  Result<ExitCode> Carry(Context& context) const {
    const CatchInterrupts catch_interrupts;
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<AutopilotPlan> plan = store->RunAutopilot(options_);
    if (!plan) return plan.error();
    context.Note(Summary(*plan));
    if (plan->request && plan->held_back.empty()) return FollowReshard(context, &*store, kMainCell);
    PrintReshard(context, std::nullopt);
    return ExitCode::kOk;
  }

  Result<ExitCode> ShowLog(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<AutopilotLog> log = store->AutopilotLog();
    if (!log) return log.error();
    Table table(context, {"decided_at", "decision", "outcome", "bytes", "reason", "failure", "ended_at"});
    for (const AutopilotEntry& entry : log->entries) {
      table.Row({Value::Time(entry.decided_at), Value::Text(entry.request),
                 Value::Text(AutopilotOutcomeName(entry.outcome)), Value::Size(entry.bytes), Value::Text(entry.reason),
                 MaybeText(entry.failure), entry.ended_at ? Value::Time(*entry.ended_at) : Value::None()});
    }
    table.Finish();
    return ExitCode::kOk;
  }

  ActionOptions by_action_;
  bool plan_ = false;
  bool run_ = false;
  bool log_ = false;
  std::string store_;
  AutopilotOptions options_;
  bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeAutopilotCommand() { return std::make_unique<AutopilotCommand>(); }

}  // namespace rookery::cli
