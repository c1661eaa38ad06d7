// How the shards of a store are changed: a request names one change, Store::PlanReshard says what it would move, and
// Store::StartReshard does it while others read and write.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rookery/export.h"
#include "rookery/routing.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

/// What is to be even.
enum class ShardWeight : std::uint8_t { kBytes = 0, kMessages = 1 };

/// Another number of shards. More: a hash store's new shards take slots from the fullest ones, a range store's heaviest
/// shards are split at their median, a directory's new shards fill with new channels. Fewer: the highest shards go, and
/// what they hold moves to the others.
struct ResizeShards {
  std::uint32_t shards = 0;
};
/// About half of a shard, by bytes, to a new one. `at`: of a range store, the channel from which on it moves; empty: at
/// the median.
struct SplitShard {
  ShardId shard;
  std::string at = {};
};
/// All of a shard into another one.
struct MergeShards {
  ShardId from;
  ShardId into;
};
/// One channel. Not of a hash store, whose unit is the slot.
struct MoveChannel {
  std::string channel;
  ShardId to;
};
/// The slots [first, last] of a hash store.
struct MoveSlots {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  ShardId to;
};
/// The channels [lower, upper) of a range store; an empty `upper` is the end.
struct MoveRange {
  std::string lower;
  std::string upper;
  ShardId to;
};
/// As even as the units allow, to a twentieth of a shard's share, with little movement.
struct RebalanceShards {
  ShardWeight by = ShardWeight::kBytes;
};
/// The messages of a giant channel, bucket by bucket (10 days of them, see StoreInfo), over so many shards: that which
/// it is in, and those with the fewest bytes. 1: all in one shard again. What the channel holds besides stays.
struct SpreadChannel {
  std::string channel;
  std::uint32_t shards = 0;
};
/// Another strategy. A directory of at least as many shards moves nothing: every channel gets an entry for where it is.
struct ChangeStrategy {
  Routing routing;
};

using ReshardRequest = std::variant<ResizeShards, SplitShard, MergeShards, MoveChannel, MoveSlots, MoveRange,
                                    RebalanceShards, SpreadChannel, ChangeStrategy>;

/// What a shard gives to another one.
struct ShardTransfer {
  ShardId from;
  ShardId to;
  std::uint64_t channels = 0;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;  // of the messages' keys and values, not packed
};

struct ReshardPlan {
  Epoch epoch;  // of the shard map that it was made for
  std::string strategy_before;
  std::string strategy_after;
  std::uint32_t shards_before = 0;
  std::uint32_t shards_after = 0;
  std::vector<ShardTransfer> transfers;     // by `from`, then `to`; empty: no data moves
  std::vector<std::uint64_t> bytes_before;  // of each shard
  std::vector<std::uint64_t> bytes_after;
  bool changes = false;  // false: the store is already as it is asked to be
};

// --- A change under way
// --------------------------------------------------------------------------------------------------

/// What a reshard job is about, or what became of it.
enum class ReshardPhase : std::uint8_t {
  kPlanned = 0,   // new shards are made, and what a directory must know of
  kBackfill = 1,  // every write goes to the old and to the new place; what was there before is copied
  kCompare = 2,   // all rows of both places are compared, and a part of the reads is answered from both
  kSwitched = 3,  // reads and writes go to the new place; the old one is kept and written to
  kDrop = 4,      // the old one is removed
  kRevert = 5,    // reads and writes go to the old place again; the new one is removed
  kDone = 6,
  kReverted = 7,
};
/// "planned", "backfill", "compare", "switched", "drop", "revert", "done", "reverted".
ROOKERY_EXPORT std::string_view ReshardPhaseName(ReshardPhase phase);

struct ROOKERY_EXPORT ReshardOptions {
  std::string cell = {};  // whose shards are changed; empty: the main cell's
  /// Of the shard map that the plan was made for; if the store has another one by now: kConflict.
  std::optional<Epoch> epoch = {};
  /// How long the old place is kept after the switch, and the job can be reverted. At most 365 days.
  std::chrono::milliseconds keep{0};
  /// The part of its time in which the job may work, so that others find the machine free: 0.001 to 1. Writers
  /// come first in any case: as long as there are some, copying keeps them out at most a fifth of the time.
  double share = 0.05;
  /// The most bytes that it copies in a second. 0: no limit.
  std::uint64_t max_bytes_per_second = 0;

  /// kInvalidArgument naming the first bad field, or OK.
  Status Validate() const;
};

/// The rows that a shard holds of certain channels: how many, and the sum of their hashes (xxh3-128 of each value, with
/// xxh3-64 of its key as the seed), which does not depend on their order. Equal prints: equal rows.
struct Fingerprint {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of keys and values
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// What moves from one shard to another, as it is in both at one moment.
struct ReshardComparison {
  ShardId from;
  ShardId to;
  Fingerprint source;
  Fingerprint copy;
};

/// What a reshard job can show for itself.
struct ReshardProof {
  std::vector<Fingerprint> shards;            // by ShardId: all that the shard is asked for; derived rows are left out
  Fingerprint store;                          // their sum: a job leaves it as it is
  std::vector<ReshardComparison> moves = {};  // while a job has both places
  std::string difference = {};                // the first row that is not the same in both; empty: there is none
};

struct ReshardStatus {
  ReshardPhase phase = ReshardPhase::kPlanned;
  bool paused = false;
  std::string paused_reason;  // if it was not asked for; of one that went back: why, likewise
  bool working = false;       // this store's thread is at it: not in a read-only store, nor before ResumeReshard
  std::string request;        // in words
  Epoch epoch;                // of the shard map that it leads to
  std::string strategy_before;
  std::string strategy_after;
  std::uint32_t shards_before = 0;
  std::uint32_t shards_after = 0;
  std::uint64_t bytes_total = 0;  // to be copied, about
  std::uint64_t bytes_copied = 0;
  std::uint64_t rows_copied = 0;
  std::uint64_t bytes_per_second = 0;                  // lately; 0: it is not copying
  std::optional<std::chrono::seconds> time_left = {};  // of the copying; absent: not known
  std::uint64_t reads_compared = 0;                    // since the store was opened
  std::uint64_t reads_differing = 0;
  Timestamp started_at;
  std::optional<Timestamp> switched_at = {};
  std::optional<Timestamp> drop_at = {};  // when kSwitched ends
  std::optional<Timestamp> finished_at = {};
};

}  // namespace rookery
