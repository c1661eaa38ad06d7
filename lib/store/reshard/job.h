// A reshard job, as the catalog keeps it: what leads from one shard map to another, and how far it has come.
// Grammar: docs/format/catalog.md.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/reshard.h"
#include "rookery/types.h"
#include "routing/shard_map.h"

namespace rookery::store {

/// How far copying has come: everything before it is copied.
struct ReshardProgress {
  ShardId shard;
  std::string key = {};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

struct ReshardJob {
  ReshardPhase phase = ReshardPhase::kPlanned;
  bool paused = false;
  std::string paused_reason = {};
  bool copies_again = false;  // so the other places may hold rows that copying has not come to
  std::string request = {};   // in words
  routing::ShardMap before = {};
  routing::ShardMap after = {};
  std::chrono::milliseconds keep{0};
  double share = 1;
  std::uint64_t max_bytes_per_second = 0;
  std::uint64_t bytes_total = 0;
  Timestamp started_at = {};
  std::optional<Timestamp> switched_at = {};
  std::optional<Timestamp> finished_at = {};

  bool active() const { return phase != ReshardPhase::kDone && phase != ReshardPhase::kReverted; }
  /// The map that a job which goes back ends with: as before, in an epoch of its own.
  routing::ShardMap reverted() const {
    routing::ShardMap map = before;
    map.epoch = Epoch{after.epoch.value + 1};
    return map;
  }
  std::uint32_t families() const { return std::max(before.shards, after.shards); }
  /// Of how many shards, from the first, what moves has a copy by now, if only of some rows.
  std::uint32_t copied_from(const ReshardProgress& progress) const {
    return copies_again ? families() : progress.shard.value + 1;
  }
};

std::string EncodeReshardJob(const ReshardJob& job);
std::optional<ReshardJob> DecodeReshardJob(std::string_view bytes);

std::string EncodeReshardProgress(const ReshardProgress& progress);
std::optional<ReshardProgress> DecodeReshardProgress(std::string_view bytes);

/// "resize to 9 shards", "split shard-2 at "m"".
std::string InWords(const ReshardRequest& request);

}  // namespace rookery::store
