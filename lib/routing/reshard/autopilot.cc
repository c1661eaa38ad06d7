#include "routing/reshard/autopilot.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <variant>

#include "base/text.h"
#include "routing/reshard/planner.h"

namespace rookery::routing {
namespace {

/// A part of a shard's bytes that is nearly all: what is split off beside it helps nobody.
constexpr double kNearlyAll = 0.9;
/// What is merged has to stay below so much of `split_above`.
constexpr double kWellBelow = 0.9;
/// Of `target_bytes`: what is hot in a shard of less is a few channels, and halving its bytes does not halve that.
constexpr double kLeastToSplit = 1.0 / 16;

std::string Percent(double part) { return std::to_string(std::lround(part * 100)) + " %"; }

std::string Lasting(std::chrono::milliseconds time) {
  using std::chrono::ceil;
  if (time >= std::chrono::hours{2}) return std::to_string(ceil<std::chrono::hours>(time).count()) + " h";
  if (time >= std::chrono::minutes{2}) return std::to_string(ceil<std::chrono::minutes>(time).count()) + " min";
  return std::to_string(ceil<std::chrono::seconds>(time).count()) + " s";
}

std::uint64_t MovedBytes(const ReshardPlan& plan) {
  std::uint64_t bytes = 0;
  for (const ShardTransfer& transfer : plan.transfers) bytes += transfer.bytes;
  return bytes;
}

void MarkOwners(const HashTable& table, std::vector<bool>* owns) {
  for (const std::uint16_t shard : table.shard_of_slot) (*owns)[shard] = true;
}
void MarkOwners(const RangeTable& table, std::vector<bool>* owns) {
  for (const ShardId shard : table.shards) (*owns)[shard.value] = true;
}
void MarkOwners(const DirectoryTable& table, std::vector<bool>* owns) {
  for (std::size_t shard = 0; shard < table.weights.size(); ++shard) {
    if (table.weights[shard] > 0) (*owns)[shard] = true;
  }
}

/// A shard to which channels go, and how full it is by either target.
struct Gauge {
  ShardId shard;
  std::uint64_t bytes = 0;
  double bytes_part = 0;
  double load_part = 0;
  const ChannelWeight* largest = nullptr;
  std::uint64_t largest_bytes = 0;  // in this shard

  double fullness() const { return std::max(bytes_part, load_part); }
};

class Decider {
 public:
  Decider(const AutopilotOptions& options, const ShardMap& map, std::span<const ChannelWeight> channels,
          std::span<const std::uint64_t> loads, const AutopilotPast& past)
      : options_(options), map_(map), channels_(channels), past_(past), gauges_(Read(loads)) {}

  AutopilotPlan Decide() {
    SplitHottest();
    if (!plan_.request) MergeColdest();
    if (!plan_.request) return std::move(plan_);
    plan_.held_back = Obstacle(options_, past_);
    if (plan_.held_back.empty() && options_.budget > 0 &&
        past_.copied_today + MovedBytes(*plan_.plan) > options_.budget) {
      plan_.held_back = "its copy does not fit in what is left of the day's budget";
    }
    return std::move(plan_);
  }

 private:
  /// The fullest first.
  std::vector<Gauge> Read(std::span<const std::uint64_t> loads) const {
    std::vector<bool> owns(map_.shards, false);
    std::visit([&](const auto& table) { MarkOwners(table, &owns); }, map_.table);
    NoteSpreads(map_.spreads, &owns);
    std::vector<Gauge> all(map_.shards);
    for (const ChannelWeight& channel : channels_) {
      owns[channel.shard.value] = true;
      std::map<ShardId, std::uint64_t> parts;
      VisitParts(map_, channel, [&](ShardId shard, std::uint64_t, std::uint64_t bytes) { parts[shard] += bytes; });
      for (const auto& [shard, bytes] : parts) {
        Gauge& gauge = all[shard.value];
        gauge.bytes += bytes;
        if (gauge.largest == nullptr || bytes > gauge.largest_bytes) gauge.largest = &channel;
        gauge.largest_bytes = std::max(gauge.largest_bytes, bytes);
      }
    }
    std::vector<Gauge> gauges;
    for (std::uint32_t shard = 0; shard < map_.shards; ++shard) {
      if (!owns[shard]) continue;
      Gauge& gauge = gauges.emplace_back(all[shard]);
      gauge.shard = ShardId{shard};
      gauge.bytes_part = static_cast<double>(gauge.bytes) / static_cast<double>(options_.target_bytes);
      if (options_.target_load > 0 && shard < loads.size()) {
        gauge.load_part = static_cast<double>(loads[shard]) / static_cast<double>(options_.target_load);
      }
    }
    std::stable_sort(gauges.begin(), gauges.end(),
                     [](const Gauge& a, const Gauge& b) { return a.fullness() > b.fullness(); });
    return gauges;
  }

  // --- Splitting -----------------------------------------------------------------------------------------------

  void SplitHottest() {
    for (const Gauge& gauge : gauges_) {
      if (gauge.fullness() <= options_.split_above) return;
      std::string why_not = IsOneChannel(gauge) ? TrySpread(gauge) : TrySplit(gauge);
      if (!why_not.empty()) plan_.findings.push_back({gauge.shard, FullText(gauge) + "; " + std::move(why_not)});
    }
  }

  static bool IsOneChannel(const Gauge& gauge) {
    return static_cast<double>(gauge.largest_bytes) > kNearlyAll * static_cast<double>(gauge.bytes);
  }

  /// Why the channel was not spread; empty: it is the plan, or may be the next one.
  std::string TrySpread(const Gauge& gauge) {
    const ChannelWeight& channel = *gauge.largest;
    const std::string one = "nearly all of it is channel " + base::Quoted(channel.channel);
    const Spread* spread = map_.SpreadOf(channel.channel);
    const std::size_t now = spread == nullptr ? 1 : spread->shards.size();
    const auto over = std::min(std::max(options_.spread_over, static_cast<std::uint32_t>(2 * now)), map_.shards);
    if (options_.spread_over == 0) return one + ", so a split does not help, but spreading it may";
    if (gauge.bytes_part <= options_.split_above)
      return one + ", which is written to in its newest bucket, wherever that is";
    if (over <= now) return one + ", and there are no more shards to spread it over";
    if (channel.buckets.size() < 2) return one + ", whose messages are all in one bucket, so spreading does not help";
    if (plan_.request) return {};
    const ReshardRequest request = SpreadChannel{channel.channel, over};
    const Result<Target> target = PlanTarget(map_, channels_, request, map_.bucket_width);
    if (!target) return std::string(target.error().message());
    ReshardPlan plan = PlanOf(map_, channels_, *target);
    if (std::string much = OverBudget(plan); !much.empty()) return much;
    Take(request, FullText(gauge) + ", and " + one, std::move(plan));
    return {};
  }

  /// What can be told without planning it. Empty: nothing speaks against it.
  std::string WhyNotSplit(const Gauge& gauge) const {
    if (gauge.bytes_part <= options_.split_above && gauge.bytes_part < kLeastToSplit) {
      return "it holds so little that a few channels must be what is written to, so a split does not help";
    }
    if (gauges_.size() >= options_.max_shards) {
      return "there are max_shards, " + std::to_string(options_.max_shards) + ", already";
    }
    return {};
  }

  /// Why the shard was not split; empty, too.
  std::string TrySplit(const Gauge& gauge) {
    if (std::string why_not = WhyNotSplit(gauge); !why_not.empty() || plan_.request) return why_not;
    const ReshardRequest request = SplitShard{gauge.shard};
    const Result<Target> target = PlanTarget(map_, channels_, request, map_.bucket_width);
    if (!target) return std::string(target.error().message());
    ReshardPlan plan = PlanOf(map_, channels_, *target);
    const auto left = static_cast<double>(plan.bytes_after[gauge.shard.value]);
    const auto all = static_cast<double>(gauge.bytes);
    if (left > kNearlyAll * all || left < (1 - kNearlyAll) * all) {
      return "nearly all of it goes together, so a split does not help";
    }
    if (std::string over = OverBudget(plan); !over.empty()) return over;
    Take(request, FullText(gauge), std::move(plan));
    return {};
  }

  std::string FullText(const Gauge& gauge) const {
    const bool by_bytes = gauge.bytes_part >= gauge.load_part;
    return base::ShardName(gauge.shard) + (by_bytes ? " holds " : " is written ") +
           Percent(std::ceil(gauge.fullness() * 100) / 100) + " of " + (by_bytes ? "target_bytes" : "target_load");
  }

  // --- Merging -------------------------------------------------------------------------------------------------

  /// If the two emptiest do not fit, no two do.
  void MergeColdest() {
    plan_.reason = plan_.findings.empty() ? "no shard is above " + Percent(options_.split_above)
                                          : "what is above " + Percent(options_.split_above) + " cannot be split";
    if (gauges_.size() < 2 || gauges_[gauges_.size() - 2].fullness() >= options_.merge_below) {
      plan_.reason += ", and no two are below " + Percent(options_.merge_below);
      return;
    }
    const Gauge& into = gauges_[gauges_.size() - 2];
    const Gauge& from = gauges_.back();
    const double together = std::max(into.bytes_part + from.bytes_part, into.load_part + from.load_part);
    if (gauges_.size() <= options_.min_shards) {
      plan_.reason += ", and there are no more than min_shards, " + std::to_string(options_.min_shards);
    } else if (together > kWellBelow * options_.split_above) {
      plan_.reason += ", and the two emptiest are too much for one";
    } else {
      TryMerge(from, into, together);
    }
  }

  void TryMerge(const Gauge& from, const Gauge& into, double together) {
    const ReshardRequest request = MergeShards{from.shard, into.shard};
    const Result<Target> target = PlanTarget(map_, channels_, request, map_.bucket_width);
    if (!target) {
      plan_.reason += ", and " + std::string(target.error().message());
      return;
    }
    ReshardPlan plan = PlanOf(map_, channels_, *target);
    if (const std::string over = OverBudget(plan); !over.empty()) {
      plan_.reason += ", and of a merge " + over;
      return;
    }
    Take(request,
         base::ShardName(from.shard) + " and " + base::ShardName(into.shard) + " are below " +
             Percent(options_.merge_below) + ", and make " + Percent(together) + " together",
         std::move(plan));
  }

  // --- Both ----------------------------------------------------------------------------------------------------

  std::string OverBudget(const ReshardPlan& plan) const {
    if (options_.budget == 0 || MovedBytes(plan) <= options_.budget) return {};
    return "the copy is more than the budget of a whole day";
  }

  void Take(const ReshardRequest& request, std::string reason, ReshardPlan plan) {
    plan_.request = request;
    plan_.reason = std::move(reason);
    plan_.plan = std::move(plan);
  }

  const AutopilotOptions& options_;
  const ShardMap& map_;
  const std::span<const ChannelWeight> channels_;
  const AutopilotPast& past_;
  const std::vector<Gauge> gauges_;
  AutopilotPlan plan_;
};

}  // namespace

std::string Obstacle(const AutopilotOptions& options, const AutopilotPast& past) {
  if (past.since_change && *past.since_change < options.quiet_period) {
    return "quiet for another " + Lasting(options.quiet_period - *past.since_change);
  }
  if (options.budget > 0 && past.copied_today >= options.budget) return "the day's budget is spent";
  return {};
}

AutopilotPlan Decide(const AutopilotOptions& options, const ShardMap& map, std::span<const ChannelWeight> channels,
                     std::span<const std::uint64_t> loads, const AutopilotPast& past) {
  return Decider(options, map, channels, loads, past).Decide();
}

}  // namespace rookery::routing
