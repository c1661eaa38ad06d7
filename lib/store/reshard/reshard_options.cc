// The checks of ReshardOptions, and the names of phases.
#include "rookery/reshard.h"

namespace rookery {
namespace {

constexpr double kLeastShare = 0.001;
constexpr std::chrono::milliseconds kLongestKeep = std::chrono::days{365};

}  // namespace

Status ReshardOptions::Validate() const {
  if (!(share >= kLeastShare && share <= 1)) {
    return {StatusCode::kInvalidArgument, "share is " + std::to_string(share) + "; 0.001 to 1"};
  }
  if (keep.count() < 0 || keep > kLongestKeep) {
    return {StatusCode::kInvalidArgument, "keep is " + std::to_string(keep.count()) + " ms; 0 to 365 days"};
  }
  return {};
}

std::string_view ReshardPhaseName(ReshardPhase phase) {
  switch (phase) {
    case ReshardPhase::kPlanned:
      return "planned";
    case ReshardPhase::kBackfill:
      return "backfill";
    case ReshardPhase::kCompare:
      return "compare";
    case ReshardPhase::kSwitched:
      return "switched";
    case ReshardPhase::kDrop:
      return "drop";
    case ReshardPhase::kRevert:
      return "revert";
    case ReshardPhase::kDone:
      return "done";
    case ReshardPhase::kReverted:
      return "reverted";
  }
  return "unknown";
}

}  // namespace rookery
