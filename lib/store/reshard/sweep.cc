#include "store/reshard/sweep.h"

#include <string>
#include <vector>

#include "base/macros.h"
#include "codec/key_format.h"
#include "store/buckets/channel_buckets.h"
#include "store/reshard/some_rows.h"

namespace rookery::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostEntries = 1024;
/// So many range deletions in a memtable make every reader slower: then it is flushed.
constexpr std::size_t kMostRanges = 64;

class ShardSweep {
 public:
  ShardSweep(Context* context, Committer* committer, ShardId shard, const SweepOptions& options)
      : context_(*context),
        committer_(*committer),
        shard_(shard),
        keyspace_(context->KeyspaceOf(shard)),
        options_(options),
        scratch_(committer->NewScratch()) {}

  Status Run() {
    RK_ASSIGN_OR_RETURN(const bool all, HoldsNothingElse());
    RK_TRY(all ? DeleteAll() : DeleteForeign());
    if (options_.resumed) CoverAll();
    // No snapshot of the sweep's own keeps what was deleted.
    if (lower_.empty()) return {};
    return context_.engine->Reclaim(keyspace_, lower_, upper_, options_.cancelled);
  }

 private:
  /// Rows of channels that never were here by any map are damage, which is not for the sweep to remove.
  Result<bool> HoldsNothingElse() const {
    if (!options_.vacated) return false;
    const auto snapshot = context_.NewSnapshot();
    const auto is_strange = [this](const routing::Part& part) { return !options_.foreign.wanted(part); };
    const SomeRows strange(context_, shard_, *snapshot, "",
                           {.is_spread = options_.foreign.is_spread, .wanted = is_strange}, options_.cancelled);
    RK_TRY(strange.valid() ? Status() : strange.status());
    return !strange.valid();
  }

  void CoverAll() {
    lower_ = std::string(1, '\0');
    upper_ = std::string(1, '\xff');
  }

  /// Of a shard of which no map knows any more: also if an earlier sweep has done so, as files may be left of it.
  Status DeleteAll() {
    CoverAll();
    scratch_->batch->DeleteRange(keyspace_, lower_, upper_);
    const Clock::time_point began = Clock::now();
    RK_TRY(committer_.CommitUntold(*scratch_->batch));
    // At once: the files take older range deletions with them, and only this one is sure to hide what these hid.
    RK_TRY(context_.engine->DropFiles(keyspace_, lower_, upper_));
    return Pace(Clock::now() - began);
  }

  /// Run by run: between two of them somebody may write a channel's first row while this goes on.
  Status DeleteForeign() {
    const auto snapshot = context_.NewSnapshot();
    SomeRows rows(context_, shard_, *snapshot, "", options_.foreign, options_.cancelled);
    while (rows.valid()) {
      if (rows.end_of_run() != end_of_run_) RK_TRY(EndRun());
      end_of_run_ = rows.end_of_run();
      keys_.emplace_back(rows.key());
      keys_.size() < kGraveyard ? rows.Next() : rows.SkipRun();
    }
    RK_TRY(rows.status());
    RK_TRY(EndRun());
    return Commit();
  }

  Status EndRun() {
    if (keys_.empty()) return {};
    if (lower_.empty()) lower_ = keys_.front();
    upper_ = end_of_run_;
    if (keys_.size() < kGraveyard) {
      for (const std::string& key : keys_) scratch_->batch->Delete(keyspace_, key);
    } else {
      scratch_->batch->DeleteRange(keyspace_, keys_.front(), upper_);
      ++ranges_;
    }
    keys_.clear();
    return scratch_->batch->count() < kMostEntries && ranges_ < kMostRanges ? Status() : Commit();
  }

  Status Commit() {
    if (scratch_->batch->count() == 0) return {};
    const Clock::time_point began = Clock::now();
    RK_TRY(options_.alone ? committer_.CommitAlone([&]() -> engine::Batch& { return *scratch_->batch; })
                          : committer_.CommitUntold(*scratch_->batch));
    scratch_->batch->Clear();
    if (ranges_ >= kMostRanges) {
      context_.engine->FlushSoon(keyspace_);
      ranges_ = 0;
    }
    return Pace(Clock::now() - began);
  }

  Status Pace(std::chrono::nanoseconds busy) const {
    if (options_.pace(busy)) return {};
    return {StatusCode::kInterrupted, "removing what has moved was stopped"};
  }

  Context& context_;
  Committer& committer_;
  const ShardId shard_;
  const engine::KeyspaceId keyspace_;
  const SweepOptions& options_;
  Committer::Lease scratch_;
  std::vector<std::string> keys_;  // of the run at hand, the first ones
  std::string end_of_run_;
  std::size_t ranges_ = 0;  // since the last flush
  std::string lower_;       // of all that was deleted
  std::string upper_;
};

}  // namespace

Status SweepShard(Context* context, Committer* committer, ShardId shard, const SweepOptions& options) {
  return ShardSweep(context, committer, shard, options).Run();
}

}  // namespace rookery::store
