#include "store/buckets/bucket_rebuild.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/macros.h"
#include "codec/bucket_row.h"
#include "codec/key_format.h"
#include "store/all_channels.h"
#include "store/reshard/resharder.h"
#include "store/row_error.h"

namespace rookery::store {
namespace {

using codec::BucketRow;
using codec::KeyKind;

constexpr std::size_t kRowsPerBatch = 1024;
constexpr std::uint64_t kRowsBetweenLooks = 4096;

class ShardRebuild {
 public:
  ShardRebuild(Context* context, Committer* committer, ShardId shard, RepairReport* report)
      : context_(*context),
        committer_(*committer),
        shard_(shard),
        keyspace_(context->KeyspaceOf(shard)),
        snapshot_(context->NewSnapshot()),
        scratch_(committer->NewScratch()),
        report_(*report) {}

  Status Run(const std::function<bool()>& step) {
    RK_ASSIGN_OR_RETURN(const std::uint64_t stored, CountStored());
    scratch_->batch->DeleteRange(keyspace_, codec::KindPrefix(KeyKind::kBucket),
                                 codec::PrefixEnd(codec::KindPrefix(KeyKind::kBucketMark)));
    const std::string lower = codec::KindPrefix(KeyKind::kMessage);
    const std::string upper = codec::PrefixEnd(lower);
    const auto cursor = context_.engine->NewCursor(
        keyspace_, {.lower = lower, .upper = upper, .snapshot = snapshot_.get(), .access = engine::Access::kScan});
    std::string prefix;
    for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
      if (!step()) return {StatusCode::kInterrupted, "repair was stopped before it had read everything; run it again"};
      if (prefix.empty() || !cursor->key().starts_with(prefix)) {
        RK_TRY(LeaveChannel());
        const auto key = codec::DecodeKey(cursor->key());
        if (!key) return UnreadableKey(shard_, cursor->key());
        channel_ = key->channel;
        prefix = codec::ChannelPrefix(KeyKind::kMessage, channel_);
      }
      Add(codec::MessageIdOf(cursor->key()), cursor->key().size() + cursor->value().size());
    }
    RK_TRY(cursor->status());
    RK_TRY(LeaveChannel());
    RK_TRY(Commit());
    report_.buckets_mended += stored - met_;
    return {};
  }

 private:
  void Add(MessageId id, std::size_t bytes) {
    BucketRow& row = rows_.try_emplace(context_.buckets->rule().BucketOf(id), BucketRow{.ids = {id, id}}).first->second;
    ++row.live;
    row.bytes += bytes;
    row.ids = Hull(row.ids, {id, id});
  }

  Status LeaveChannel() {
    for (const auto& [bucket, row] : rows_) {
      const std::string key = codec::BucketKeyOf(KeyKind::kBucket, channel_, bucket);
      RK_ASSIGN_OR_RETURN(const auto stored, context_.engine->Get(keyspace_, key, snapshot_.get()));
      const auto before = stored ? codec::DecodeBucket(stored->view()) : std::nullopt;
      const bool sound =
          before && before->counted && before->live == row.live && before->bytes == row.bytes && Covers(*before, row);
      if (stored) ++met_;
      if (!sound) ++report_.buckets_mended;
      scratch_->batch->Put(keyspace_, key, codec::EncodeBucket(row));
      ++report_.buckets;
      report_.messages += row.live;
    }
    rows_.clear();
    return scratch_->batch->count() < kRowsPerBatch ? Status() : Commit();
  }

  static bool Covers(const BucketRow& stored, const BucketRow& row) { return Hull(stored.ids, row.ids) == stored.ids; }

  Status Commit() {
    RK_TRY(committer_.Commit(*scratch_->batch, Durability::kBuffered));
    scratch_->batch->Clear();
    return {};
  }

  Result<std::uint64_t> CountStored() const {
    const std::string lower = codec::KindPrefix(KeyKind::kBucket);
    const std::string upper = codec::PrefixEnd(lower);
    const auto cursor = context_.engine->NewCursor(
        keyspace_, {.lower = lower, .upper = upper, .snapshot = snapshot_.get(), .access = engine::Access::kScan});
    std::uint64_t count = 0;
    for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) ++count;
    RK_TRY(cursor->status());
    return count;
  }

  Context& context_;
  Committer& committer_;
  const ShardId shard_;
  const engine::KeyspaceId keyspace_;
  const std::shared_ptr<const engine::Snapshot> snapshot_;
  Committer::Lease scratch_;
  RepairReport& report_;
  std::string channel_;
  std::map<std::uint64_t, BucketRow> rows_;
  std::uint64_t met_ = 0;  // stored rows of buckets that hold something
};

}  // namespace

Result<RepairReport> RebuildBuckets(Context* context, const Catalog& catalog, Committer* committer,
                                    const RepairOptions& options) {
  RepairReport report;
  std::uint64_t total = 0;
  for (const engine::KeyspaceId keyspace : context->routes.keyspaces())
    total += context->engine->SizeOf(keyspace).estimated_rows;
  std::uint64_t done = 0;
  const auto step = [&] {
    return ++done % kRowsBetweenLooks != 0 || !options.progress || options.progress(done, std::max(total, done));
  };

  const base::MutexLock remaking(context->buckets->remaking());
  RK_TRY(Resharder::CheckIdle(*context, "repair"));
  const AllChannels held(context);
  const auto scratch = committer->NewScratch();
  catalog.DeleteBucketWidth(scratch->batch.get());
  RK_TRY(committer->Commit(*scratch->batch, Durability::kSync));
  context->buckets->SetComplete(false);
  const auto rebuild = [&]() -> Status {
    for (std::uint32_t shard = 0; shard < context->routes.families(); ++shard) {
      RK_TRY(ShardRebuild(context, committer, ShardId{shard}, &report).Run(step));
    }
    scratch->batch->Clear();
    catalog.PutBucketWidth(scratch->batch.get(), context->buckets->rule().width());
    return committer->Commit(*scratch->batch, Durability::kSync);
  };
  Status rebuilt = rebuild();
  if (!rebuilt.ok()) {
    context->buckets->GiveUp(rebuilt);
    return rebuilt;
  }
  context->buckets->Clear();
  context->buckets->SetComplete(true);
  return report;
}

}  // namespace rookery::store
