// reshard: what a change of the shards would move.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "routing_options.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

Status Wrong(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

/// "0-63", or one slot.
Result<std::pair<std::uint32_t, std::uint32_t>> ParseSlots(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = ParseSmallCount(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : ParseSmallCount(text.substr(dash + 1));
  if (first && last) return std::pair(*first, *last);
  return Wrong(fmt::format("\"{}\" is not slots such as 0-63 or 7", TerminalText(text)));
}

Result<ShardId> ParseShard(std::string_view text) {
  const auto number = ParseSmallCount(text);
  if (!number) return number.error();
  return ShardId{*number};
}

std::string Sharded(std::string_view strategy, std::uint32_t shards) {
  return fmt::format("{} over {} shard{}", strategy, shards, shards == 1 ? "" : "s");
}

class ReshardCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "reshard",
            .summary = "Show what a change of the shards would move",
            .details =
                "plan changes nothing. It takes one of --shards, --split, --merge, --move, --slots, --range,\n"
                "--rebalance and --strategy, and goes by the messages that the channels hold now. Columns in a "
                "pipe:\n"
                "from, to, channels, messages, bytes.",
            .examples = {"rookery reshard plan chat.rook --shards 9", "rookery reshard plan chat.rook --split 3",
                         "rookery reshard plan chat.rook --merge 8 --into 2",
                         "rookery reshard plan chat.rook --strategy directory --shards 16 --json"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"plan"}, &action_)->required();
    AddStore(app, &store_);
    AddParsed(app, {"--shards", "N", "so many shards; also with --strategy"}, &shards_, ParseSmallCount);
    AddParsed(app, {"--split", "SHARD", "about half of this shard to a new one"}, &split_, ParseShard);
    AddText(app, {"--at", "CHANNEL", "--split, range: from this name on; default where half of the bytes are"}, &at_);
    AddParsed(app, {"--merge", "SHARD", "all of this shard --into another"}, &merge_, ParseShard);
    AddText(app, {"--move", "CHANNEL", "range, directory: this channel --into a shard"}, &move_);
    AddParsed(app, {"--slots", "A-B", "hash: these slots --into a shard"}, &slots_, ParseSlots);
    AddText(app, {"--range", "CHANNEL", "range: from this name on, up to --end, --into a shard"}, &range_);
    AddText(app, {"--end", "CHANNEL", "--range: the first name that stays; default all that follow"}, &end_);
    AddParsed(app, {"--into", "SHARD", "where to"}, &into_, ParseShard);
    AddChoice(app, {"--rebalance", "WHAT", "as even as can be with little movement"}, {"bytes", "messages"},
              &rebalance_);
    AddChoice(app, {"--strategy", "STRATEGY", "another way to find the shard of a channel"},
              {"hash", "range", "directory"}, &strategy_);
    AddOption(app, {"--splits", "LIST", "--strategy range: the split points, sorted, between commas"},
              [this](const std::string& text) {
                splits_ = SplitAtCommas(text);
                return Status::Ok();
              });
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<ReshardRequest> request = Request();
    if (!request) return request.error();
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<ReshardPlan> plan = store->PlanReshard(*request);
    if (!plan) return plan.error();
    Table table(context, {"from", "to", "channels", "messages", "bytes"});
    for (const ShardTransfer& transfer : plan->transfers) {
      table.Row({Value::Count(transfer.from.value), Value::Count(transfer.to.value), Value::Count(transfer.channels),
                 Value::Count(transfer.messages), Value::Size(transfer.bytes)});
    }
    table.Finish();
    context.Note(Summary(*plan));
    return ExitCode::kOk;
  }

 private:
  /// Which of the changes is asked for, of which there is to be one.
  Result<ReshardRequest> Request() const {
    std::vector<ReshardRequest> requests;
    if (split_) requests.emplace_back(SplitShard{*split_, at_.value_or("")});
    if (merge_) requests.emplace_back(MergeShards{*merge_, into_.value_or(ShardId{})});
    if (move_) requests.emplace_back(MoveChannel{*move_, into_.value_or(ShardId{})});
    if (slots_) requests.emplace_back(MoveSlots{slots_->first, slots_->second, into_.value_or(ShardId{})});
    if (range_) requests.emplace_back(MoveRange{*range_, end_.value_or(""), into_.value_or(ShardId{})});
    if (rebalance_) {
      requests.emplace_back(RebalanceShards{*rebalance_ == "bytes" ? ShardWeight::kBytes : ShardWeight::kMessages});
    }
    if (!splits_.empty() && strategy_ != "range") return Wrong("--splits needs --strategy range");
    if (strategy_ == "range" && splits_.empty()) return Wrong("--strategy range needs --splits");
    if (strategy_) {
      const auto routing = BuildRouting({.strategy = *strategy_, .shards = shards_, .splits = splits_});
      if (!routing) return routing.error();
      requests.emplace_back(ChangeStrategy{*routing});
    } else if (shards_) {
      requests.emplace_back(ResizeShards{*shards_});
    }
    if (requests.size() != 1) {
      return Wrong(
          "a plan is for one change: give one of --shards, --split, --merge, --move, --slots, --range, --rebalance and "
          "--strategy");
    }
    const bool moves = merge_ || move_ || slots_ || range_;
    if (moves && !into_) return Wrong("--into is missing: the shard to move to");
    if (!moves && into_) return Wrong("--into needs one of --merge, --move, --slots and --range");
    if (at_ && !split_) return Wrong("--at needs --split");
    if (end_ && !range_) return Wrong("--end needs --range");
    return requests.front();
  }

  static std::string Summary(const ReshardPlan& plan) {
    if (!plan.changes) return "the store is as it is asked to be already";
    std::uint64_t bytes = 0;
    std::uint64_t moved = 0;
    for (const std::uint64_t of_shard : plan.bytes_before) bytes += of_shard;
    for (const ShardTransfer& transfer : plan.transfers) moved += transfer.bytes;
    return fmt::format("{} -> {}: {} of {} move", Sharded(plan.strategy_before, plan.shards_before),
                       Sharded(plan.strategy_after, plan.shards_after), HumanBytes(static_cast<double>(moved)),
                       HumanBytes(static_cast<double>(bytes)));
  }

  std::string action_;
  std::string store_;
  std::optional<std::uint32_t> shards_;
  std::optional<ShardId> split_;
  std::optional<std::string> at_;
  std::optional<ShardId> merge_;
  std::optional<std::string> move_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> slots_;
  std::optional<std::string> range_;
  std::optional<std::string> end_;
  std::optional<ShardId> into_;
  std::optional<std::string> rebalance_;
  std::optional<std::string> strategy_;
  std::vector<std::string> splits_;
};

}  // namespace

std::unique_ptr<Command> MakeReshardCommand() { return std::make_unique<ReshardCommand>(); }

}  // namespace rookery::cli
