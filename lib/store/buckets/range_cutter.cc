#include "store/buckets/range_cutter.h"

#include <mutex>

#include "base/macros.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/attachment_rows.h"
#include "store/cache_write.h"
#include "store/channel_guard.h"
#include "store/row_error.h"

namespace rookery::store {
namespace {

using codec::IdRange;
using codec::KeyKind;

constexpr std::size_t kMostMessages = 8192;
/// How often the messages are read without a lock, before they are read with it.
constexpr int kLooks = 3;

}  // namespace

Result<RangeCutter::State> RangeCutter::StateOf(std::string_view channel, std::uint64_t bucket) const {
  return context_.buckets->WithLoaded(channel, [&](ChannelBuckets& all) {
    const Bucket* found = all.Find(bucket);
    return State{&context_.routes.current(), found == nullptr ? 0 : found->changes};
  });
}

Status RangeCutter::CheckComplete() const {
  // What a bulk load brought is there before the map is told of it.
  return context_.buckets->complete() ? Status() : context_.buckets->NotComplete();
}

Result<RangeCutter::State> RangeCutter::StateAtRest(std::string_view channel, std::uint64_t bucket,
                                                    WriteAttempt* attempt) const {
  // A post that is under way has been noted, but a read would not find its message.
  RK_ASSIGN_OR_RETURN(const auto lock, TakeChannel(&context_, channel, attempt));
  return StateOf(channel, bucket);
}

Result<Tally> RangeCutter::CutSome(std::string_view channel, std::uint64_t bucket, const IdRange& ids) {
  return context_.gate->Run(Durability::kBuffered, {},
                            [&](WriteAttempt* attempt) { return TryCut(channel, bucket, ids, attempt); });
}

Result<Tally> RangeCutter::TryCut(std::string_view channel, std::uint64_t bucket, const IdRange& ids,
                                  WriteAttempt* attempt) {
  for (int look = 0; look < kLooks; ++look) {
    RK_ASSIGN_OR_RETURN(const State before, StateAtRest(channel, bucket, attempt));
    const auto shard = before.router->FindPart({channel, bucket});
    if (!shard) return Tally{};
    RK_ASSIGN_OR_RETURN(const Segment segment, Read(*shard, channel, ids));
    if (segment.tally.live == 0 && before.router == &context_.routes.current()) return Tally{};
    RK_ASSIGN_OR_RETURN(const auto lock, TakeChannel(&context_, channel, attempt));
    RK_TRY(CheckComplete());
    RK_ASSIGN_OR_RETURN(const State now, StateOf(channel, bucket));
    if (now != before) continue;
    RK_TRY(Write(*shard, channel, bucket, segment, attempt));
    return segment.tally;
  }
  RK_ASSIGN_OR_RETURN(const auto lock, TakeChannel(&context_, channel, attempt));
  RK_TRY(CheckComplete());
  const auto shard = context_.routes->FindPart({channel, bucket});
  if (!shard) return Tally{};
  RK_ASSIGN_OR_RETURN(const Segment segment, Read(*shard, channel, ids));
  if (segment.tally.live > 0) RK_TRY(Write(*shard, channel, bucket, segment, attempt));
  return segment.tally;
}

Result<RangeCutter::Segment> RangeCutter::Read(ShardId shard, std::string_view channel, const IdRange& ids) const {
  const codec::KeyRange keys = codec::MessageKeysOf(channel, ids);
  const auto cursor = context_.engine->NewCursor(
      context_.KeyspaceOf(shard), {.lower = keys.lower, .upper = keys.upper, .access = engine::Access::kScan});
  Segment segment{.ids = ids};
  for (cursor->SeekToLast(); cursor->valid(); cursor->Prev()) {
    const MessageId id = codec::MessageIdOf(cursor->key());
    if (segment.messages.size() == kMostMessages) {
      segment.ids.highest = segment.messages.back();
      break;
    }
    const auto message = codec::DecodeMessage(cursor->value(), id, context_.epoch);
    if (!message) return UnreadableMessage(shard, channel, id, cursor->value());
    segment.tally.Add(id, cursor->key().size() + cursor->value().size());
    segment.messages.push_back(id);
    if (message->attachment_count() > 0) segment.with_attachments.push_back(id);
    if (message->nonce_remembered()) segment.nonces.push_back(codec::NonceKeyOf(channel, message->nonce()));
  }
  RK_TRY(cursor->status());
  return segment;
}

Status RangeCutter::Write(ShardId shard, std::string_view channel, std::uint64_t bucket, const Segment& segment,
                          WriteAttempt* attempt) {
  const engine::KeyspaceId keyspace = context_.KeyspaceOf(shard);
  const auto scratch = committer_.NewScratch();
  CacheWrite cache_write(context_.cache.get());
  const bool by_range = segment.messages.size() >= kGraveyard;
  if (by_range) {
    const codec::KeyRange keys = codec::MessageKeysOf(channel, segment.ids);
    scratch->batch->DeleteRange(keyspace, keys.lower, keys.upper);
  }
  for (const MessageId id : segment.messages) {
    if (!by_range) scratch->batch->Delete(keyspace, codec::MessageKeyOf(channel, id));
    cache_write.Deletes(channel, id);
  }
  std::uint64_t attachments = 0;
  for (const MessageId id : segment.with_attachments) {
    const AttachmentRows rows(context_, shard, channel, id, /*snapshot=*/nullptr);
    RK_ASSIGN_OR_RETURN(const std::uint64_t deleted, rows.DeleteAll(scratch->batch.get()));
    attachments += deleted;
  }
  if (const auto home = context_.routes->Find(channel)) {
    for (const std::string& nonce : segment.nonces) scratch->batch->Delete(context_.KeyspaceOf(*home), nonce);
  }
  scratch->batch->Put(keyspace, codec::BucketKeyOf(KeyKind::kBucketMark, channel, bucket), codec::EncodeBucketMark());
  context_.buckets->With(channel, [&](ChannelBuckets& all) {
    static_cast<void>(all.Changing(context_.buckets->rule(), segment.messages.front()));
  });
  cache_write.Begin();
  RK_TRY(committer_.Commit(*scratch->batch, attempt));
  cache_write.Committed();
  context_.counters.attachments_deleted.Add(attachments);
  const std::uint64_t tombstones = by_range ? 0 : segment.messages.size();
  context_.buckets->With(channel, [&](ChannelBuckets& all) {
    all.Marked(bucket);
    all.Trim(bucket, segment.ids, segment.tally, tombstones);
  });
  keeper_.NoteGraves(shard, tombstones, by_range ? 1 : 0);
  return {};
}

}  // namespace rookery::store
