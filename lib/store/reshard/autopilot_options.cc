// The checks of AutopilotOptions, and the names of outcomes.
#include "base/macros.h"
#include "rookery/autopilot.h"
#include "rookery/routing.h"

namespace rookery {
namespace {

constexpr std::chrono::milliseconds kLongestQuiet = std::chrono::days{365};
constexpr std::chrono::milliseconds kLongestInterval = std::chrono::days{1};

Status Bad(const std::string& what) { return {StatusCode::kInvalidArgument, what}; }

}  // namespace

Status AutopilotOptions::Validate() const {
  if (target_bytes == 0) return Bad("target_bytes is 0; at least 1");
  if (!(split_above > 0 && split_above <= 1)) {
    return Bad("split_above is " + std::to_string(split_above) + "; above 0, at most 1");
  }
  if (!(merge_below >= 0 && merge_below <= split_above / 2)) {
    return Bad("merge_below is " + std::to_string(merge_below) + "; 0 to half of split_above");
  }
  if (min_shards == 0 || min_shards > kMaxShards) {
    return Bad("min_shards is " + std::to_string(min_shards) + "; 1 to " + std::to_string(kMaxShards));
  }
  if (max_shards < min_shards || max_shards > kMaxShards) {
    return Bad("max_shards is " + std::to_string(max_shards) + "; min_shards to " + std::to_string(kMaxShards));
  }
  if (spread_over == 1 || spread_over > kMaxShards) {
    return Bad("spread_over is " + std::to_string(spread_over) + "; 0, or 2 to " + std::to_string(kMaxShards));
  }
  if (interval.count() < 1 || interval > kLongestInterval) {
    return Bad("interval is " + std::to_string(interval.count()) + " ms; 1 ms to a day");
  }
  if (quiet_period.count() < 0 || quiet_period > kLongestQuiet) {
    return Bad("quiet_period is " + std::to_string(quiet_period.count()) + " ms; 0 to 365 days");
  }
  return ReshardOptions{.keep = keep, .share = share}.Validate();
}

std::string_view AutopilotOutcomeName(AutopilotOutcome outcome) {
  switch (outcome) {
    case AutopilotOutcome::kUnderWay:
      return "under way";
    case AutopilotOutcome::kDone:
      return "done";
    case AutopilotOutcome::kReverted:
      return "reverted";
    case AutopilotOutcome::kFailed:
      return "failed";
    case AutopilotOutcome::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace rookery
