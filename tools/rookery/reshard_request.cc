#include "reshard_request.h"

#include <fmt/format.h>

#include <string_view>

#include "options.h"
#include "parse.h"
#include "routing_options.h"
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

}  // namespace

Result<ReshardChange::NamedShard> ReshardChange::ParseShard(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  const bool has_cell = slash != std::string_view::npos;
  const auto number = ParseSmallCount(has_cell ? text.substr(slash + 1) : text);
  if (!number) return number.error();
  return NamedShard{ShardId{*number}, std::string(has_cell ? text.substr(0, slash) : std::string_view{})};
}

Result<std::string> ReshardChange::CellOr(const std::optional<std::string>& given) const {
  const std::string of_a_bare_number = given.value_or(std::string(kMainCell));
  std::optional<std::string> cell = given;
  for (const auto* named : {&split_, &merge_, &into_}) {
    if (!*named) continue;
    const std::string& another = (*named)->cell.empty() ? of_a_bare_number : (*named)->cell;
    if (!cell) cell = another;
    if (*cell == another) continue;
    return Wrong(fmt::format(
        "these are shards of cells {} and {}, each with a RocksDB of its own; move channels with rookery cells move",
        TerminalText(*cell), TerminalText(another)));
  }
  return cell.value_or(of_a_bare_number);
}

void ReshardChange::Define(CLI::App& app, ActionOptions* by_action) {
  const auto of_change = [by_action](CLI::Option* option) { by_action->Only({"plan", "apply"}, option); };
  of_change(AddParsed(app, {"--shards", "N", "so many shards; also with --spread and --strategy"}, &shards_,
                      ParseSmallCount));
  of_change(AddParsed(app, {"--split", "SHARD", "about half of this shard to a new one"}, &split_, ParseShard));
  of_change(AddText(app, {"--at", "CHANNEL", "--split, range: from this name on; default where half of the bytes are"},
                    &at_));
  of_change(AddParsed(app, {"--merge", "SHARD", "all of this shard --into another"}, &merge_, ParseShard));
  of_change(AddText(app, {"--move", "CHANNEL", "range, directory: this channel --into a shard"}, &move_));
  of_change(AddParsed(app, {"--slots", "A-B", "hash: these slots --into a shard"}, &slots_, ParseSlots));
  of_change(AddText(app, {"--range", "CHANNEL", "range: from this name on, up to --end, --into a shard"}, &range_));
  of_change(AddText(app, {"--end", "CHANNEL", "--range: the first name that stays; default all that follow"}, &end_));
  of_change(AddParsed(app, {"--into", "SHARD", "where to"}, &into_, ParseShard));
  of_change(AddChoice(app, {"--rebalance", "WHAT", "as even as can be with little movement"}, {"bytes", "messages"},
                      &rebalance_));
  of_change(AddText(app, {"--spread", "CHANNEL", "the messages of this channel over so many --shards; 1: in one again"},
                    &spread_));
  of_change(AddChoice(app, {"--strategy", "STRATEGY", "another way to find the shard of a channel"},
                      {"hash", "range", "directory"}, &strategy_));
  of_change(AddOption(app, {"--splits", "LIST", "--strategy range: the split points, sorted, between commas"},
                      [this](const std::string& text) {
                        splits_ = SplitAtCommas(text);
                        return Status::Ok();
                      }));
}

Result<ReshardRequest> ReshardChange::Request() const {
  if (!splits_.empty() && strategy_ != "range") return Wrong("--splits needs --strategy range");
  if (strategy_ == "range" && splits_.empty()) return Wrong("--strategy range needs --splits");
  if (strategy_ && strategy_ != "range" && !shards_) {
    return Wrong(fmt::format("--strategy {} needs --shards: over how many", *strategy_));
  }
  const auto requests = Requests();
  if (!requests) return requests.error();
  if (requests->size() != 1) {
    return Wrong(
        "a plan is for one change: give one of --shards, --split, --merge, --move, --slots, --range, --rebalance, "
        "--spread and --strategy");
  }
  if (Status belong = CheckBelongings(); !belong.ok()) return belong;
  return requests->front();
}

Result<std::vector<ReshardRequest>> ReshardChange::Requests() const {
  const ShardId into = into_ ? into_->shard : ShardId{};
  std::vector<ReshardRequest> requests;
  if (split_) requests.emplace_back(SplitShard{split_->shard, at_.value_or("")});
  if (merge_) requests.emplace_back(MergeShards{merge_->shard, into});
  if (move_) requests.emplace_back(MoveChannel{*move_, into});
  if (slots_) requests.emplace_back(MoveSlots{slots_->first, slots_->second, into});
  if (range_) requests.emplace_back(MoveRange{*range_, end_.value_or(""), into});
  if (rebalance_) {
    requests.emplace_back(RebalanceShards{*rebalance_ == "bytes" ? ShardWeight::kBytes : ShardWeight::kMessages});
  }
  if (spread_) requests.emplace_back(SpreadChannel{*spread_, shards_.value_or(0)});
  if (shards_ && !strategy_ && !spread_) requests.emplace_back(ResizeShards{*shards_});
  if (!strategy_) return requests;
  const auto another = AnotherStrategy();
  if (!another) return another.error();
  requests.push_back(*another);
  return requests;
}

Result<ReshardRequest> ReshardChange::AnotherStrategy() const {
  const auto routing = BuildRouting({.strategy = *strategy_, .shards = shards_, .splits = splits_});
  if (!routing) return routing.error();
  return ReshardRequest{ChangeStrategy{*routing}};
}

Status ReshardChange::CheckBelongings() const {
  const bool moves = merge_ || move_ || slots_ || range_;
  if (moves && !into_) return Wrong("--into is missing: the shard to move to");
  if (!moves && into_) return Wrong("--into needs one of --merge, --move, --slots and --range");
  if (spread_ && !shards_) return Wrong("--spread needs --shards: over how many");
  if (at_ && !split_) return Wrong("--at needs --split");
  if (end_ && !range_) return Wrong("--end needs --range");
  return Status::Ok();
}

}  // namespace rookery::cli
