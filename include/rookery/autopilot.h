// Autopilot: a store that splits its shards when they grow and merges them when they shrink, by itself. Off unless
// StoreOptions::autopilot is set; Store::PlanAutopilot says what it would do and why, and changes nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/export.h"
#include "rookery/reshard.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

struct ROOKERY_EXPORT AutopilotOptions {
  /// What a shard is to hold, in bytes of its messages' keys and values, not packed. At least 1.
  std::uint64_t target_bytes = std::uint64_t{64} << 30;
  /// What is to be written to a shard in a second, in bytes. 0: only what shards hold counts.
  std::uint64_t target_load = 0;
  /// A shard above this part of a target is split; above 0, at most 1.
  double split_above = 0.7;
  /// Two shards below this part of both targets are merged; at most half of `split_above`, 0: none are.
  double merge_below = 0.3;
  /// Shards are not merged to fewer, nor split to more: 1 to 4,096.
  std::uint32_t min_shards = 16;
  std::uint32_t max_shards = 1024;
  /// Over how many shards the messages of a channel are spread that is nearly all of what a shard above `split_above`
  /// holds; over twice as many as before if it is spread already. 0: none is, as long as it is not asked for.
  std::uint32_t spread_over = 4;
  /// How often it looks, which costs what PlanReshard does. 1 ms to a day.
  std::chrono::milliseconds interval = std::chrono::minutes{10};
  /// How long it leaves the shards alone after a change, its own or another. At most 365 days.
  std::chrono::milliseconds quiet_period = std::chrono::hours{1};
  /// The most bytes that it copies in a day (of UTC). 0: no limit.
  std::uint64_t budget = std::uint64_t{256} << 30;
  /// Of its jobs, as in ReshardOptions.
  std::chrono::milliseconds keep{0};
  double share = 0.05;

  /// kInvalidArgument naming the first bad field, or OK.
  Status Validate() const;
};

/// A shard above `split_above` that cannot be helped, and why.
struct AutopilotFinding {
  ShardId shard;
  std::string reason;
};

/// What autopilot would do next, one change at a time.
struct AutopilotPlan {
  std::optional<ReshardRequest> request = {};  // absent: the shards are as they should be, or nothing helps
  std::string request_words = {};              // "split shard-0002"; "none" without a request
  std::string reason = {};                     // why it is to be done, or why nothing is
  std::string held_back = {};                  // why it is not done now; empty: nothing is in its way
  std::optional<ReshardPlan> plan = {};        // what the request moves
  std::vector<AutopilotFinding> findings = {};
};

/// What became of a decision.
enum class AutopilotOutcome : std::uint8_t {
  kUnderWay = 0,  // a paused job, too: that is left to the operator
  kDone = 1,
  kReverted = 2,
  kFailed = 3,   // it could not be begun
  kUnknown = 4,  // another job came after it before autopilot looked again
};
/// "under way", "done", "reverted", "failed", "unknown".
ROOKERY_EXPORT std::string_view AutopilotOutcomeName(AutopilotOutcome outcome);

/// A decision that was carried out, or was to be.
struct AutopilotEntry {
  Timestamp decided_at;
  std::string request;
  std::string reason;
  std::uint64_t bytes = 0;  // to be copied, by the plan
  Epoch epoch;              // of the shard map that it leads to
  AutopilotOutcome outcome = AutopilotOutcome::kUnderWay;
  std::string failure = {};                // of kFailed
  std::optional<Timestamp> ended_at = {};  // of the job, or when it failed

  friend bool operator==(const AutopilotEntry&, const AutopilotEntry&) = default;
};

struct AutopilotLog {
  std::vector<AutopilotEntry> entries;  // the last 100, oldest first
  std::uint64_t copied_today = 0;       // of the budget
  std::string paused_reason = {};       // why this store decides nothing more until it is opened again; else empty
};

}  // namespace rookery
