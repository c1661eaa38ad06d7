#include "store/buckets/bucket_keeper.h"

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/macros.h"
#include "codec/key_format.h"
#include "store/channel_guard.h"
#include "store/row_error.h"
#include "store/spread_cursor.h"

namespace rookery::store {
namespace {

using codec::IdRange;
using codec::KeyKind;

/// Dirty channels that one write may have to bring up to date.
constexpr std::size_t kSomeChannels = 64;
constexpr std::size_t kAllChannels = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kRowsPerBatch = 1024;

/// A memtable with more tombstones than this is flushed: what is flushed is compacted early (docs/tuning.md).
constexpr std::uint64_t kTombstonesPerMemtable = 32'768;
/// One with more cuts: each makes every new iterator a little slower.
constexpr std::uint64_t kCutsPerMemtable = 64;

Tally SumOf(const std::vector<Bucket>& buckets) {
  Tally all;
  for (const Bucket& bucket : buckets) {
    const Tally some = TallyOf(bucket);
    all.live += some.live;
    all.bytes += some.bytes;
    all.ids = Hull(all.ids, some.ids);
  }
  return all;
}

}  // namespace

BucketKeeper::BucketKeeper(Context* context, Committer* committer)
    : context_(*context), committer_(*committer), graves_(kMaxShards) {}

Status BucketKeeper::Recover() {
  const std::string lower = codec::KindPrefix(KeyKind::kBucketMark);
  const std::string upper = codec::PrefixEnd(lower);
  for (std::uint32_t shard = 0; shard < context_.routes.families(); ++shard) {
    const engine::KeyspaceId keyspace = context_.KeyspaceOf(ShardId{shard});
    const auto cursor =
        context_.engine->NewCursor(keyspace, {.lower = lower, .upper = upper, .access = engine::Access::kSkip});
    auto scratch = committer_.NewScratch();
    for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
      const auto key = codec::DecodeKey(cursor->key());
      if (!key) return UnreadableKey(ShardId{shard}, cursor->key());
      const codec::BucketRow row{.counted = false, .ids = context_.buckets->rule().IdsOf(key->bucket)};
      scratch->batch->Put(keyspace, codec::BucketKeyOf(KeyKind::kBucket, key->channel, key->bucket),
                          codec::EncodeBucket(row));
      scratch->batch->Delete(keyspace, cursor->key());
      if (scratch->batch->count() < kRowsPerBatch) continue;
      RK_TRY(committer_.Commit(*scratch->batch, Durability::kBuffered));
      scratch->batch->Clear();
    }
    RK_TRY(cursor->status());
    if (scratch->batch->count() > 0) RK_TRY(committer_.Commit(*scratch->batch, Durability::kBuffered));
  }
  return {};
}

Status BucketKeeper::Checkpoint() {
  // While the map is not complete, its rows are of no use: they are made anew at the next open.
  if (!context_.buckets->complete()) return {};
  // Once through, however many become dirty meanwhile.
  for (const std::string& channel : context_.buckets->DirtyChannels(kAllChannels)) {
    RK_TRY(context_.gate->Run(Durability::kBuffered, {},
                              [&](WriteAttempt* attempt) { return TryStore(channel, Which::kDeadAndDirty, attempt); }));
  }
  return {};
}

void BucketKeeper::CheckpointOnce() {
  if (context_.buckets->complete()) StoreSome(kAllChannels);
}

void BucketKeeper::AfterWrite() {
  if (context_.buckets->crowded()) StoreSome(kSomeChannels);
}

void BucketKeeper::StoreSome(std::size_t limit) {
  for (const std::string& channel : context_.buckets->DirtyChannels(limit)) {
    WriteAttempt once{.durability = Durability::kBuffered};
    if (!TryStore(channel, Which::kDeadAndDirty, &once).ok()) break;
  }
}

void BucketKeeper::Bury(std::string_view channel) {
  WriteAttempt once{.durability = Durability::kBuffered};
  static_cast<void>(TryStore(channel, Which::kDead, &once));
}

Status BucketKeeper::TryStore(std::string_view channel, Which which, WriteAttempt* attempt) {
  // Else a repair that remakes the rows would have to be waited for.
  if (which != Which::kDirty && !context_.buckets->complete()) return {};
  RK_ASSIGN_OR_RETURN(const auto lock, TakeChannel(&context_, channel, attempt));
  return StoreRows(channel, which, attempt);
}

Status BucketKeeper::Absorb(std::string_view channel, const std::vector<std::pair<std::uint64_t, Tally>>& gains) {
  {
    const std::lock_guard lock(context_.channel_locks.For(channel));
    RK_TRY(context_.buckets
               ->WithLoaded(channel,
                            [&](ChannelBuckets& all) {
                              for (const auto& [bucket, messages] : gains) all.Gain(bucket, messages);
                              return true;
                            })
               .status());
  }
  return context_.gate->Run(Durability::kBuffered, {},
                            [&](WriteAttempt* attempt) { return TryStore(channel, Which::kDirty, attempt); });
}

Status BucketKeeper::StoreRows(std::string_view channel, Which which, WriteAttempt* attempt) {
  // What looks dead in a map that is not complete may hold messages that it does not know of.
  if (which != Which::kDirty && !context_.buckets->complete()) return {};
  RK_ASSIGN_OR_RETURN(const std::vector<Bucket> buckets, context_.buckets->WithLoaded(channel, [](ChannelBuckets& all) {
    std::vector<Bucket> copy = all.buckets();
    return copy;
  }));
  const auto scratch = committer_.NewScratch();
  std::vector<std::uint64_t> removed;
  std::vector<std::uint64_t> stored;
  std::map<ShardId, std::uint64_t> cuts;
  bool beside_cut = false;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const Bucket& bucket = buckets[i];
    const auto shard = context_.routes->FindPart({channel, bucket.number});
    if (!shard) return {};
    const engine::KeyspaceId keyspace = context_.KeyspaceOf(*shard);
    const std::string row_key = codec::BucketKeyOf(KeyKind::kBucket, channel, bucket.number);
    if (bucket.dead() && which != Which::kDirty) {
      if (bucket.rough()) {
        const auto keys = codec::MessageKeysOf(channel, context_.buckets->rule().IdsOf(bucket.number));
        scratch->batch->DeleteRange(keyspace, keys.lower, keys.upper);
        ++cuts[*shard];
      }
      scratch->batch->Delete(keyspace, row_key);
      scratch->batch->Delete(keyspace, codec::BucketKeyOf(KeyKind::kBucketMark, channel, bucket.number));
      removed.push_back(bucket.number);
      beside_cut = bucket.rough();
      continue;
    }
    const bool below_cut = std::exchange(beside_cut, false);
    const bool above_cut =
        which != Which::kDirty && i + 1 < buckets.size() && buckets[i + 1].dead() && buckets[i + 1].rough();
    if (!(bucket.dirty ? which != Which::kDead : below_cut || above_cut)) continue;
    codec::BucketRow row = ChannelBuckets::RowOf(bucket);
    if (below_cut || above_cut) row.deleted += kGraveyard;
    scratch->batch->Put(keyspace, row_key, codec::EncodeBucket(row));
    if (!bucket.dirty) continue;
    scratch->batch->Delete(keyspace, codec::BucketKeyOf(KeyKind::kBucketMark, channel, bucket.number));
    stored.push_back(bucket.number);
  }
  if (scratch->batch->count() == 0) return {};
  RK_TRY(committer_.Commit(*scratch->batch, attempt));
  context_.buckets->RowsChanged(channel);
  context_.buckets->With(channel, [&](ChannelBuckets& all) {
    for (const std::uint64_t bucket : stored) all.Stored(bucket);
    for (const std::uint64_t bucket : removed) all.Remove(bucket);
  });
  for (const auto& [shard, count] : cuts) {
    context_.counters.buckets_cut.Add(count);
    NoteGraves(shard, 0, count);
  }
  return {};
}

void BucketKeeper::NoteGraves(ShardId shard, std::uint64_t tombstones, std::uint64_t cuts) {
  Graves& graves = graves_[shard.value];
  const std::uint64_t all_tombstones = graves.tombstones.fetch_add(tombstones, std::memory_order_relaxed) + tombstones;
  const std::uint64_t all_cuts = graves.cuts.fetch_add(cuts, std::memory_order_relaxed) + cuts;
  if (all_tombstones < kTombstonesPerMemtable && all_cuts < kCutsPerMemtable) return;
  graves.tombstones.store(0, std::memory_order_relaxed);
  graves.cuts.store(0, std::memory_order_relaxed);
  context_.engine->FlushSoon(context_.KeyspaceOf(shard));
}

Result<Tally> BucketKeeper::Count(std::string_view channel) {
  if (!context_.routes->Find(channel)) return Tally{};
  if (context_.buckets->complete()) {
    const auto buckets = CountedBuckets(channel);
    if (buckets) return SumOf(*buckets);
    if (context_.buckets->complete() && buckets.error().code() != StatusCode::kBusy) return buckets.error();
  }
  return CountRows(channel, {MessageId{1}, MessageId{MessageId::kMax}});
}

Result<std::vector<Bucket>> BucketKeeper::CountedBuckets(std::string_view channel) {
  if (!context_.buckets->complete()) return context_.buckets->NotComplete();
  for (;;) {
    RK_ASSIGN_OR_RETURN(std::vector<Bucket> buckets, context_.buckets->WithLoaded(channel, [](ChannelBuckets& all) {
      std::vector<Bucket> copy = all.buckets();
      return copy;
    }));
    bool all_counted = true;
    for (const Bucket& bucket : buckets) {
      if (bucket.counted) continue;
      all_counted = false;
      RK_ASSIGN_OR_RETURN(const bool recounted, Recount(channel, bucket.number));
      if (!recounted) return context_.buckets->NotComplete();
    }
    if (all_counted) return buckets;
  }
}

Result<bool> BucketKeeper::Recount(std::string_view channel, std::uint64_t bucket) {
  std::shared_ptr<const engine::Snapshot> snapshot;
  std::uint64_t begun = 0;
  {
    WriteAttempt once;
    const auto lock = TakeChannel(&context_, channel, &once);
    if (!lock || !context_.buckets->complete()) return false;
    // Loaded: what was made anew meanwhile may know nothing of the bucket yet.
    RK_ASSIGN_OR_RETURN(
        begun, context_.buckets->WithLoaded(channel, [&](ChannelBuckets& all) { return all.BeginRecount(bucket); }));
    if (begun == 0) return true;  // it is gone, or was cut: whoever asked looks again
    snapshot = context_.NewSnapshot();
  }
  RK_ASSIGN_OR_RETURN(const Tally counted, CountRows(channel, context_.buckets->rule().IdsOf(bucket), *snapshot));
  context_.buckets->With(channel, [&](ChannelBuckets& all) { all.EndRecount(bucket, begun, counted); });
  return true;
}

Result<Tally> BucketKeeper::CountRows(std::string_view channel, const IdRange& ids,
                                      const engine::Snapshot& snapshot) const {
  const auto keys = codec::MessageKeysOf(channel, ids);
  const engine::CursorOptions options{
      .lower = keys.lower, .upper = keys.upper, .snapshot = &snapshot, .access = engine::Access::kScan};
  const routing::Router& router = context_.routes.At(&snapshot);
  Tally counted;
  const auto shard = context_.FindMessage(router, channel, ids.lowest);
  if (!shard) return counted;
  const bool one_bucket =
      context_.buckets->rule().BucketOf(ids.lowest) == context_.buckets->rule().BucketOf(ids.highest);
  const auto cursor = one_bucket ? context_.engine->NewCursor(context_.KeyspaceOf(*shard), options)
                                 : NewMessageCursor(context_, router, channel, options);
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    counted.Add(codec::MessageIdOf(cursor->key()), cursor->key().size() + cursor->value().size());
  }
  RK_TRY(cursor->status());
  return counted;
}

}  // namespace rookery::store
