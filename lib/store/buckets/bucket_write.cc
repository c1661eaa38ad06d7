#include "store/buckets/bucket_write.h"

#include <algorithm>

#include "base/macros.h"
#include "codec/key_format.h"

namespace rookery::store {

void BucketWrite::PrefetchBuckets() const {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(changes_.size());
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (i > 0 && changes_[i].channel == changes_[i - 1].channel) continue;
    hashes.push_back(BucketMap::HashOf(changes_[i].channel));
  }
  map_.Prefetch(hashes);
}

void BucketWrite::CountPosts(engine::Batch* batch) {
  if (changes_.size() > 1) PrefetchBuckets();
  const BucketRule& rule = map_.rule();
  for (auto first = changes_.begin(); first != changes_.end();) {
    const auto end = std::find_if(first, changes_.end(), [&](const Change& c) { return c.channel != first->channel; });
    map_.With(first->channel, [&](ChannelBuckets& buckets) {
      for (auto post = first; post != end; ++post) {
        post->marks = buckets.Posting(rule, post->id, static_cast<std::size_t>(post->bytes));
      }
    });
    const Change* marked = nullptr;
    for (auto post = first; post != end; ++post) {
      if (!post->marks || (marked != nullptr && rule.BucketOf(marked->id) == rule.BucketOf(post->id))) continue;
      PutMark(post->keyspace, post->channel, post->id, batch);
      marked = &*post;
    }
    first = end;
  }
}

void BucketWrite::Edits(engine::KeyspaceId keyspace, std::string_view channel, MessageId id, std::int64_t growth,
                        engine::Batch* batch) {
  const bool marks = map_.With(channel, [&](ChannelBuckets& buckets) { return buckets.Changing(map_.rule(), id); });
  if (marks) PutMark(keyspace, channel, id, batch);
  changes_.push_back({channel, id, growth, keyspace, What::kEdits, marks});
}

Status BucketWrite::Deletes(engine::KeyspaceId keyspace, std::string_view channel, MessageId id, std::size_t bytes,
                            engine::Batch* batch) {
  RK_ASSIGN_OR_RETURN(const bool marks, map_.WithLoaded(channel, [&](ChannelBuckets& buckets) {
    return buckets.Changing(map_.rule(), id);
  }));
  if (marks) PutMark(keyspace, channel, id, batch);
  changes_.push_back({channel, id, static_cast<std::int64_t>(bytes), keyspace, What::kDeletes, marks});
  return {};
}

void BucketWrite::PutMark(engine::KeyspaceId keyspace, std::string_view channel, MessageId id,
                          engine::Batch* batch) const {
  batch->Put(keyspace, codec::BucketKeyOf(codec::KeyKind::kBucketMark, channel, map_.rule().BucketOf(id)),
             codec::EncodeBucketMark());
}

Status BucketWrite::Finish(Status outcome) {
  if (outcome.ok()) {
    for (const Change& change : changes_) Committed(change);
  } else if (outcome.code() == StatusCode::kBusy) {
    for (const Change& change : changes_) {
      if (change.what != What::kPosts) continue;
      map_.With(change.channel, [&](ChannelBuckets& buckets) {
        buckets.Unpost(map_.rule(), change.id, static_cast<std::size_t>(change.bytes));
      });
    }
  }
  return outcome;
}

void BucketWrite::Committed(const Change& change) {
  // Most posts: they were counted before, and their bucket is marked.
  if (change.what == What::kPosts && !change.marks) return;
  map_.With(change.channel, [&](ChannelBuckets& buckets) {
    if (change.marks) buckets.Marked(map_.rule().BucketOf(change.id));
    if (change.what == What::kEdits) buckets.Edited(map_.rule(), change.id, change.bytes);
    if (change.what != What::kDeletes) return;
    const Bucket* bucket = buckets.Deleted(map_.rule(), change.id, static_cast<std::size_t>(change.bytes));
    if (bucket == nullptr) return;
    emptied_ = emptied_ || bucket->dead();
    unprobed_ = bucket->deleted - bucket->probed;
  });
}

}  // namespace rookery::store
