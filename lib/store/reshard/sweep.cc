#include "store/reshard/sweep.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "codec/key_format.h"
#include "store/buckets/channel_buckets.h"
#include "store/reshard/some_rows.h"

namespace rookery::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostEntries = 1024;

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
    const auto snapshot = context_.NewSnapshot();
    SomeRows rows(context_, shard_, *snapshot, "", options_.foreign);
    while (rows.valid()) {
      if (rows.jumped()) RK_TRY(EndSpan());
      Take(rows.key());
      // Of a long span only the end is wanted.
      keys_.size() < kGraveyard ? rows.Next() : rows.SkipRun();
    }
    RK_TRY(rows.status());
    RK_TRY(EndSpan());
    RK_TRY(Commit());
    if (lower_.empty()) return {};
    return context_.engine->Reclaim(keyspace_, lower_, upper_, options_.cancelled);
  }

 private:
  /// Of a span that is long `last_` is a key in its last run, not the last one of it.
  void Take(std::string_view key) {
    if (keys_.size() < kGraveyard) keys_.emplace_back(key);
    last_.assign(key);
  }

  Status EndSpan() {
    if (keys_.empty()) return {};
    if (lower_.empty()) lower_ = keys_.front();
    if (keys_.size() < kGraveyard) {
      for (const std::string& key : keys_) scratch_->batch->Delete(keyspace_, key);
      upper_ = last_ + '\0';
    } else {
      upper_ = codec::PrefixEnd(std::string_view(last_).substr(0, codec::ChannelPrefixLength(last_)));
      scratch_->batch->DeleteRange(keyspace_, keys_.front(), upper_);
      ranges_.emplace_back(keys_.front(), upper_);
    }
    keys_.clear();
    return scratch_->batch->count() < kMostEntries ? Status() : Commit();
  }

  Status Commit() {
    if (scratch_->batch->count() == 0) return {};
    const Clock::time_point began = Clock::now();
    RK_TRY(committer_.Commit(*scratch_->batch, Durability::kBuffered));
    scratch_->batch->Clear();
    // What the files held is hidden by a range that is newer than they are, wherever it was besides.
    for (const auto& [lower, upper] : std::exchange(ranges_, {})) {
      RK_TRY(context_.engine->DropFiles(keyspace_, lower, upper));
    }
    if (options_.pace(Clock::now() - began)) return {};
    return {StatusCode::kInterrupted, "removing what has moved was stopped"};
  }

  Context& context_;
  Committer& committer_;
  const ShardId shard_;
  const engine::KeyspaceId keyspace_;
  const SweepOptions& options_;
  Committer::Lease scratch_;
  std::vector<std::string> keys_;  // of the span at hand, the first ones
  std::string last_;
  std::vector<std::pair<std::string, std::string>> ranges_;  // of the batch
  std::string lower_;                                        // of all that was deleted
  std::string upper_;
};

}  // namespace

Status SweepShard(Context* context, Committer* committer, ShardId shard, const SweepOptions& options) {
  return ShardSweep(context, committer, shard, options).Run();
}

}  // namespace rookery::store
