// Applies the retention rules: for every channel that one holds for, finds the first id that may stay, and cuts what
// lies before.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "rookery/retention.h"
#include "rookery/stats.h"
#include "rookery/status.h"
#include "store/buckets/bucket_keeper.h"
#include "store/buckets/range_cutter.h"
#include "store/catalog.h"
#include "store/context.h"
#include "store/retention/retention_rules.h"

namespace rookery::store {

/// Thread-safe; one run at a time.
class RetentionRunner {
 public:
  RetentionRunner(Context* context, const Catalog* catalog, Committer* committer, BucketKeeper* keeper)
      : context_(*context),
        catalog_(*catalog),
        committer_(*committer),
        keeper_(*keeper),
        cutter_(context, committer, keeper) {}

  Status Load();
  Status SetRule(const RetentionRule& rule);
  std::vector<RetentionRule> Rules() const;
  bool has_rules() const;

  /// Waits so long, or less if the wait is to end; false: stop.
  using Wait = std::function<bool(std::chrono::nanoseconds time)>;
  /// kBusy: another run is under way.
  Result<RetentionReport> Run(const RetentionOptions& options, const Wait& wait);
  RetentionStats Stats() const;
  bool running() const { return running_.load(); }
  /// Ends a compaction that a run waits for, now and from now on. kInterrupted for who runs it.
  void Cancel() { cancelled_.store(true); }

 private:
  /// Of one run.
  struct Job {
    const RetentionOptions& options;
    const Wait& wait;
    Timestamp now;  // of the whole run: a clock that jumps meanwhile removes nothing
    std::chrono::steady_clock::time_point began;
    RetentionReport report = {};
    std::uint64_t removed = 0;  // messages, of the channel at hand too
  };
  /// What was cut of a shard since it was compacted.
  struct Cut {
    std::string lower;
    std::string upper;
    std::uint64_t bytes = 0;
  };

  std::optional<RetentionLimits> LimitsOf(std::string_view channel) const;
  Status Trim(Job* job, const std::string& channel);
  /// The first id of the channel that may stay.
  Result<MessageId> KeptFrom(std::string_view channel, const std::vector<Bucket>& buckets,
                             const RetentionLimits& limits, Timestamp now) const;
  /// What lies there and before `kept_from`, as long as `limits` hold.
  Result<Tally> CutBucket(Job* job, std::string_view channel, const Bucket& bucket, MessageId kept_from,
                          const RetentionLimits& limits);
  Result<Tally> WouldCut(std::string_view channel, const Bucket& bucket, MessageId kept_from) const;
  static Status Pace(Job* job);
  void NoteCut(const routing::Part& part, MessageId kept_from, std::uint64_t bytes);
  /// Drops the files in which nothing but what was cut lies.
  Status DropFiles(std::string_view channel, MessageId kept_from);
  /// Gives the space of what was cut back, where it is worth it.
  Status Reclaim();

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  BucketKeeper& keeper_;
  RangeCutter cutter_;
  std::atomic<bool> running_{false};
  std::atomic<bool> cancelled_{false};
  base::Mutex setting_;  // held while a rule is stored, so that memory and disk agree on the last one; before mutex_
  mutable base::Mutex mutex_;
  RetentionRules rules_ RK_GUARDED_BY(mutex_);
  RetentionStats stats_ RK_GUARDED_BY(mutex_);
  std::map<ShardId, Cut> cuts_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::store
