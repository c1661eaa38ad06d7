#include "store/post_writer.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include "base/big_endian.h"
#include "base/macros.h"
#include "codec/key_format.h"
#include "store/channel_guard.h"
#include "store/duplicate_finder.h"
#include "store/limits.h"
#include "store/new_row.h"

namespace rookery::store {
namespace {

std::size_t CommonPrefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

/// The indexes of `messages` about as their rows will lie, by channel and the newest first: the engine finds the place
/// of a row sooner near that of the one before. REQUIRES: fewer than 2^32 messages.
std::vector<std::uint32_t> InOrderOfRows(std::span<const NewMessage> messages) {
  // Names mostly begin alike and differ soon after: the 8 bytes behind that decide nearly always.
  std::string_view common = messages.empty() ? std::string_view() : messages.front().channel;
  for (const NewMessage& message : messages) common = common.substr(0, CommonPrefix(common, message.channel));
  struct Place {
    std::uint64_t head;
    std::uint32_t index;
  };
  std::vector<Place> places(messages.size());
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    places[i] = {base::HeadOf(std::string_view(messages[i].channel).substr(common.size())), i};
  }
  std::sort(places.begin(), places.end(), [messages](const Place& a, const Place& b) {
    if (a.head != b.head) return a.head < b.head;
    const int channels = messages[a.index].channel.compare(messages[b.index].channel);
    return channels != 0 ? channels < 0 : a.index > b.index;
  });
  std::vector<std::uint32_t> order;
  order.reserve(places.size());
  for (const Place& place : places) order.push_back(place.index);
  return order;
}

}  // namespace

Result<MessageId> PostWriter::Post(const NewMessage& message, const WriteOptions& options) {
  if (MustLook(message)) {
    const BatchOptions batch{.durability = options.durability, .timeout = options.timeout};
    RK_ASSIGN_OR_RETURN(const std::vector<Posted> posted, PostBatch({&message, 1}, batch));
    return posted.front().id;
  }
  RK_TRY(CheckMessage(message, context_.limits));
  if (context_.admission) {
    RK_TRY(context_.admission->Admit(message.channel, {.posts = 1, .bytes = static_cast<double>(BytesOf(message))}));
  }
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryPost(message, attempt); });
}

Result<MessageId> PostWriter::TryPost(const NewMessage& message, WriteAttempt* attempt) {
  RK_TRY(committer_.CheckWritable());
  RK_ASSIGN_OR_RETURN(const MessageId id, PostPlainLocked(message, attempt));
  keeper_.AfterWrite();
  return id;
}

Result<MessageId> PostWriter::PostPlainLocked(const NewMessage& message, WriteAttempt* attempt) {
  RK_ASSIGN_OR_RETURN(const auto lock, ShareChannel(&context_, message.channel, attempt));
  const NewMessage* const messages[] = {&message};
  MessageId ids[1];
  codec::IdIssue issue;
  RK_TRY(MakeIds(messages, {}, ids, &issue));

  const auto scratch = committer_.NewScratch();
  const routing::WriteRoute route = context_.routes->FindOrPlace(message.channel);
  CacheWrite cache_write(context_.cache.get());
  BucketWrite bucket_write(context_.buckets.get());
  AddRows(message, ids[0], issue.now, route, scratch.operator->(), &cache_write, &bucket_write);
  bucket_write.CountPosts(scratch->batch.get());
  cache_write.Begin();
  RK_TRY(bucket_write.Finish(
      growing_rows_.Commit(*scratch->batch, {.now = issue.now, .horizon = issue.horizon}, attempt)));
  cache_write.Committed();

  if (route.remember) context_.routes->EntryStored(message.channel);
  if (route.remember) context_.counters.channels_placed.Add();
  context_.counters.messages_posted.Add();
  return ids[0];
}

Result<std::vector<Posted>> PostWriter::PostBatch(std::span<const NewMessage> messages, const BatchOptions& options) {
  for (const NewMessage& message : messages) RK_TRY(CheckMessage(message, context_.limits));
  if (context_.admission) RK_TRY(context_.admission->Admit(messages));
  return PostAdmitted(messages, options);
}

Result<std::vector<Posted>> PostWriter::PostAdmitted(std::span<const NewMessage> messages,
                                                     const BatchOptions& options) {
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryPostBatch(messages, options, attempt); });
}

Result<std::vector<Posted>> PostWriter::TryPostBatch(std::span<const NewMessage> messages, const BatchOptions& options,
                                                     WriteAttempt* attempt) {
  RK_TRY(committer_.CheckWritable());
  if (messages.empty()) return std::vector<Posted>();
  RK_ASSIGN_OR_RETURN(const std::vector<Draft> drafts, PostBatchLocked(messages, options, attempt));
  keeper_.AfterWrite();

  std::vector<Posted> posted;
  posted.reserve(drafts.size());
  for (const Draft& draft : drafts) posted.push_back({draft.id, draft.existed});
  return posted;
}

Result<std::vector<Draft>> PostWriter::PostBatchLocked(std::span<const NewMessage> messages,
                                                       const BatchOptions& options, WriteAttempt* attempt) {
  ChannelGuard guard(&context_);
  RK_TRY(guard.Lock(messages, attempt));
  std::vector<Draft> drafts(messages.size());
  if (std::any_of(messages.begin(), messages.end(), MustLook)) {
    RK_TRY(DuplicateFinder(context_, messages, options.id_collision).Run(&drafts));
  }
  RK_ASSIGN_OR_RETURN(const BatchNeeds needs, AssignIds(messages, &drafts));
  RK_ASSIGN_OR_RETURN(const std::size_t written, WriteDrafts(messages, drafts, needs, attempt));
  context_.counters.messages_posted.Add(written);
  context_.counters.posts_deduplicated.Add(messages.size() - written);
  return drafts;
}

Result<BatchNeeds> PostWriter::AssignIds(std::span<const NewMessage> messages, std::vector<Draft>* drafts) {
  std::vector<const NewMessage*> nameless;
  std::vector<MessageId> supplied;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Draft& draft = (*drafts)[i];
    if (draft.existed) continue;
    draft.id.value == 0 ? nameless.push_back(&messages[i]) : supplied.push_back(draft.id);
  }
  std::sort(supplied.begin(), supplied.end());
  const MessageId highest_supplied = supplied.empty() ? MessageId{} : supplied.back();
  RaiseHighestSupplied(highest_supplied);
  std::vector<MessageId> ids(nameless.size());
  codec::IdIssue issue;
  RK_TRY(MakeIds(nameless, supplied, ids, &issue));

  auto next = ids.begin();
  for (Draft& draft : *drafts) {
    if (draft.same_as) draft.id = (*drafts)[*draft.same_as].id;
    if (draft.id.value == 0) draft.id = *next++;
  }
  return BatchNeeds{.now = issue.now, .horizon = issue.horizon, .highest_supplied = highest_supplied};
}

std::vector<std::uint32_t> PostWriter::OrderOf(std::span<const NewMessage> messages) const {
  if (!context_.routes->places_channels()) return InOrderOfRows(messages);
  const auto has_place = [this](const NewMessage& message) {
    return context_.routes->Find(message.channel).has_value();
  };
  if (std::all_of(messages.begin(), messages.end(), has_place)) return InOrderOfRows(messages);
  // A directory places channels as they come: the caller's order decides.
  std::vector<std::uint32_t> order(messages.size());
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

Result<std::size_t> PostWriter::WriteDrafts(std::span<const NewMessage> messages, std::span<const Draft> drafts,
                                            const BatchNeeds& needs, WriteAttempt* attempt) {
  const auto scratch = committer_.NewScratch();
  CacheWrite cache_write(context_.cache.get());
  BucketWrite bucket_write(context_.buckets.get(), messages.size());
  std::size_t written = 0;
  std::vector<std::string_view> placed;
  for (const std::uint32_t i : OrderOf(messages)) {
    if (drafts[i].existed) continue;
    const routing::WriteRoute route = context_.routes->FindOrPlace(messages[i].channel);
    if (route.remember) placed.push_back(messages[i].channel);
    AddRows(messages[i], drafts[i].id, needs.now, route, scratch.operator->(), &cache_write, &bucket_write);
    ++written;
  }
  if (written == 0) return written;
  bucket_write.CountPosts(scratch->batch.get());
  cache_write.Begin();
  RK_TRY(bucket_write.Finish(growing_rows_.Commit(*scratch->batch, needs, attempt)));
  cache_write.Committed();
  for (const std::string_view channel : placed) context_.routes->EntryStored(channel);
  context_.counters.channels_placed.Add(placed.size());
  return written;
}

void PostWriter::RaiseHighestSupplied(MessageId id) {
  // Before the write: a post that gets the lock of one of these channels afterwards must see it.
  std::uint64_t highest = highest_supplied_.load(std::memory_order_relaxed);
  while (id.value > highest && !highest_supplied_.compare_exchange_weak(highest, id.value, std::memory_order_release)) {
  }
}

Status PostWriter::MakeIds(std::span<const NewMessage* const> messages, std::span<const MessageId> supplied,
                           std::span<MessageId> ids, codec::IdIssue* issue) {
  RK_TRY(context_.ids->Next(ids, issue));
  // Ids that importers brought from the future can stand in the way; before them no id is checked.
  for (std::size_t i = 0; i < messages.size(); ++i) {
    while (ids[i].value <= highest_supplied_.load(std::memory_order_acquire)) {
      RK_ASSIGN_OR_RETURN(const bool stored, Exists(messages[i]->channel, ids[i]));
      if (!stored && !std::binary_search(supplied.begin(), supplied.end(), ids[i])) break;
      RK_TRY(context_.ids->Next(ids.subspan(i), issue));
    }
  }
  return {};
}

Result<bool> PostWriter::Exists(std::string_view channel, MessageId id) const {
  const auto shard = context_.FindMessage(context_.routes.current(), channel, id);
  if (!shard) return false;
  RK_ASSIGN_OR_RETURN(const auto value,
                      context_.engine->Get(context_.KeyspaceOf(*shard), codec::MessageKeyOf(channel, id)));
  return value != nullptr;
}

void PostWriter::AddRows(const NewMessage& message, MessageId id, Timestamp now, const routing::WriteRoute& route,
                         WriteScratch* scratch, CacheWrite* cache_write, BucketWrite* bucket_write) {
  std::vector<Attribute> sorted;
  const codec::MessageFields fields = FieldsOfNew(message, id, now, context_.epoch, &sorted);
  const ShardId shard = context_.PlaceMessage(context_.routes.current(), route.shard, message.channel, id);
  const engine::KeyspaceId keyspace = context_.KeyspaceOf(shard);
  scratch->key.clear();
  codec::AppendChannelPrefix(&scratch->key, codec::KeyKind::kMessage, message.channel);
  codec::AppendMessageId(&scratch->key, id);
  const std::string_view row = scratch->encoder.EncodeMessage(fields);
  scratch->batch->Put(keyspace, scratch->key, row);
  cache_write->Stores(message.channel, id, row, /*is_new=*/true);
  bucket_write->Posts(keyspace, message.channel, id, scratch->key.size() + row.size());
  context_.NoteWritten(shard, scratch->key.size() + row.size());
  journal_.NoteMessage(shard, scratch->key, id);
  if (fields.nonce_remembered) {
    const std::string nonce_key = codec::NonceKeyOf(message.channel, message.nonce);
    scratch->batch->Put(context_.KeyspaceOf(route.shard), nonce_key, scratch->encoder.EncodeNonce(id));
    if (journal_.wants_nonces()) journal_.Note(route.shard, nonce_key);
  }
  if (route.remember) catalog_.PutDirectoryEntry(scratch->batch.get(), message.channel, route.shard);
}

}  // namespace rookery::store
