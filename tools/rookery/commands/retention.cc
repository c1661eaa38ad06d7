// retention: sets, shows and enforces the rules of what channels may keep.
#include "rookery/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "action_options.h"
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "progress.h"
#include "signals.h"
#include "table.h"

namespace rookery::cli {
namespace {

constexpr std::string_view kScopes[] = {"store", "prefix", "channel"};

std::string TextOf(std::chrono::milliseconds age) {
  using std::chrono::days;
  using std::chrono::hours;
  using std::chrono::seconds;
  if (age % days{1} == age.zero()) return fmt::format("{}d", age / days{1});
  if (age % hours{1} == age.zero()) return fmt::format("{}h", age / hours{1});
  if (age % seconds{1} == age.zero()) return fmt::format("{}s", age / seconds{1});
  return fmt::format("{}ms", age.count());
}

class RetentionCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "retention",
        .summary = "Set, show and enforce what channels may keep",
        .details =
            "set gives the whole store, all channels with a prefix, or one channel their limits, in place of those\n"
            "they had; without limits it removes the rule. For a channel its own rule holds, else that of the longest\n"
            "prefix, else the store's. Commands but run remove nothing: rules are enforced by run, and by applications "
            "that\n"
            "open the store, from then on by themselves. With --dry-run it lists what would go, by channel: channel,\n"
            "messages, bytes, kept_from.",
        .examples = {"rookery retention set chat.rook --max-age 90d",
                     "rookery retention set chat.rook --prefix guild/7/ --max-messages 100000 --max-bytes 1GiB",
                     "rookery retention run chat.rook --dry-run"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"set", "show", "run"}, &action_)->required();
    AddStore(app, &store_);
    DefineSet(app);
    DefineRun(app);
  }

  Result<ExitCode> Run(Context& context) override {
    if (Status fits = by_action_.Check(action_); !fits.ok()) return fits;
    if (action_ == "set") return Set(context);
    return action_ == "show" ? Show(context) : Enforce(context);
  }

 private:
  void DefineSet(CLI::App& app) {
    const auto of_set = [this](CLI::Option* option) { return by_action_.Only({"set"}, option); };
    auto* prefix = of_set(AddText(app, {"--prefix", "TEXT", "set: the channels whose names begin with it"}, &prefix_));
    of_set(AddText(app, {"--channel", "NAME", "set: this channel"}, &channel_))->excludes(prefix);
    of_set(AddParsed(app, {"--max-age", "AGE", "set: how old messages may be: 90s, 15m, 12h, 30d, 4w"},
                     &limits_.max_age, ParseDuration));
    of_set(AddParsed(app, {"--max-messages", "N", "set: how many may stay in a channel"}, &limits_.max_messages,
                     ParsePositive));
    of_set(AddParsed(app, {"--max-bytes", "SIZE", "set: how much may stay in a channel: 500MB, 2GiB"},
                     &limits_.max_bytes, ParseSize));
  }

  void DefineRun(CLI::App& app) {
    by_action_.Only({"run"}, app.add_flag("--dry-run", run_.dry_run, "run: remove nothing, list what would go"));
    by_action_.Only(
        {"run"},
        AddParsed(app, {"--rate", "N", "run: remove at most so many messages a second; default as fast as can be"},
                  &run_.max_messages_per_second, ParsePositive));
  }

  RetentionRule Rule() const {
    if (channel_) return {.scope = RetentionScope::kChannel, .name = *channel_, .limits = limits_};
    if (prefix_) return {.scope = RetentionScope::kPrefix, .name = *prefix_, .limits = limits_};
    return {.limits = limits_};
  }

  Result<ExitCode> Set(Context& context) const {
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<std::vector<RetentionRule>> before = store->Retention();
    if (!before) return before.error();
    const RetentionRule rule = Rule();
    const bool known = std::any_of(before->begin(), before->end(), [&](const RetentionRule& other) {
      return other.scope == rule.scope && other.name == rule.name;
    });
    if (Status set = store->SetRetention(rule); !set.ok()) return set;
    if (Status closed = store->Close(); !closed.ok()) return closed;
    if (context.layout() == Layout::kJson) {
      Document(context, "rookery.retention.v1")
          .Add("scope", Value::Text(kScopes[static_cast<std::size_t>(Rule().scope)]))
          .Add("name", Value::Text(Rule().name))
          .Add("removed", Value::Flag(limits_.empty() && known))
          .Print();
    }
    return ExitCode::kOk;
  }

  Result<ExitCode> Show(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<std::vector<RetentionRule>> rules = store->Retention();
    if (!rules) return rules.error();
    Table table(context, {"scope", "name", "max_age", "max_messages", "max_bytes"});
    for (const RetentionRule& rule : *rules) {
      const RetentionLimits& limits = rule.limits;
      table.Row({Value::Text(kScopes[static_cast<std::size_t>(rule.scope)]), Value::Text(rule.name),
                 limits.max_age ? Value::Text(TextOf(*limits.max_age)) : Value::None(),
                 limits.max_messages ? Value::Count(*limits.max_messages) : Value::None(),
                 limits.max_bytes ? Value::Size(*limits.max_bytes) : Value::None()});
    }
    table.Finish();
    return ExitCode::kOk;
  }

  Result<ExitCode> Enforce(Context& context) {
    const CatchInterrupts catch_interrupts;
    Result<Store> store = run_.dry_run ? OpenForReading(context, store_) : OpenForWriting(context, store_);
    if (!store) return store.error();
    Progress progress(context, "retention", "messages");
    Table table(context, {"channel", "messages", "bytes", "kept_from"});
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    run_.progress = [&](const ChannelTrim& trim) {
      messages += trim.messages;
      bytes += trim.bytes;
      if (run_.dry_run) {
        table.Row({Value::Text(trim.channel), Value::Count(trim.messages), Value::Size(trim.bytes),
                   Value::Id(trim.kept_from)});
      }
      return progress.Update({.items = messages, .bytes = bytes});
    };
    const Result<RetentionReport> report = store->RunRetention(run_);
    if (!report) return report.error();
    if (run_.dry_run) {
      table.Finish();
      return ExitCode::kOk;
    }
    if (Status closed = store->Close(); !closed.ok()) return closed;
    Document(context, "rookery.retention_run.v1")
        .Add("channels", Value::Count(report->channels))
        .Add("trimmed", Value::Count(report->trimmed))
        .Add("messages", Value::Count(report->messages))
        .Add("bytes", Value::Size(report->bytes))
        .Print();
    return ExitCode::kOk;
  }

  ActionOptions by_action_;
  std::string action_;
  std::string store_;
  std::optional<std::string> prefix_;
  std::optional<std::string> channel_;
  RetentionLimits limits_;
  RetentionOptions run_;
};

}  // namespace

std::unique_ptr<Command> MakeRetentionCommand() { return std::make_unique<RetentionCommand>(); }

}  // namespace rookery::cli
