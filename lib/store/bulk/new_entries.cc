#include "store/bulk/new_entries.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/big_endian.h"
#include "base/macros.h"
#include "base/text.h"
#include "store/limits.h"
#include "store/new_row.h"

namespace rookery::store::bulk {
namespace {

Status IsSpread(std::string_view channel) {
  return {StatusCode::kUnsupported,
          "channel " + base::Quoted(channel) +
              " is spread over several shards, which a bulk load does not write to; post to it "
              "in batches, or import without --bulk"};
}

}  // namespace

Status NewEntries::Check(std::span<const NewMessage> messages) const {
  for (const NewMessage& message : messages) RK_TRY(CheckMessage(message, context_.limits));
  // No job changes that during a load.
  for (const NewMessage& message : messages) {
    if (context_.routes->SpreadOf(message.channel) != nullptr) return IsSpread(message.channel);
  }
  return {};
}

Status NewEntries::Add(std::span<const NewMessage> messages, const BulkMessageOptions& options) {
  RK_TRY(Check(messages));
  const auto nameless = [](const NewMessage& message) { return message.id.value == 0; };
  made_.resize(static_cast<std::size_t>(std::count_if(messages.begin(), messages.end(), nameless)));
  Timestamp now;
  if (!made_.empty()) {
    codec::IdIssue issue;
    RK_TRY(context_.ids->Next(made_, &issue));
    now = issue.now;
    if (issue.horizon) horizon_ = std::max(issue.horizon, horizon_);
  }
  auto next = made_.begin();
  for (const NewMessage& message : messages) {
    RK_TRY(AddOne(message, nameless(message) ? *next++ : MessageId{}, now, options));
  }
  return {};
}

Status NewEntries::AddOne(const NewMessage& message, MessageId made, Timestamp now, const BulkMessageOptions& options) {
  const bool is_made = made.value != 0;
  const MessageId id = is_made ? made : message.id;
  const codec::MessageFields fields = FieldsOfNew(message, id, now, context_.epoch, &sorted_);
  Entry entry{.index = count_, .tag = options.tag};
  if (is_made) entry.flags |= kMadeId;
  if (options.id_collision == IdCollision::kNextFreeId) entry.flags |= kNextFreeId;
  if (message.created_at) entry.flags |= kTimeGiven;
  if (fields.nonce_remembered) {
    entry.flags |= kNonceRemembered;
    std::string id_bytes;
    base::AppendBigEndian(&id_bytes, id.value);
    entry.rest = message.nonce;
    entry.value = id_bytes;
    RK_TRY(AddEntry(codec::KeyKind::kNonce, message.channel, entry));
    any_nonces_ = true;
  }
  rest_.clear();
  codec::AppendMessageId(&rest_, id);
  entry.rest = rest_;
  entry.value = encoder_.EncodeMessage(fields);
  RK_TRY(AddEntry(codec::KeyKind::kMessage, message.channel, entry));
  highest_id_ = std::max(highest_id_, id);
  ++count_;
  return {};
}

Status NewEntries::AddEntry(codec::KeyKind kind, std::string_view channel, const Entry& entry) {
  if (!spiller_.buffer().HasRoomFor(EntryHeader::SizeOf(entry), channel.size())) RK_TRY(spiller_.Swap());
  SortBuffer& buffer = spiller_.buffer();
  const std::uint64_t hash = XXH3_64bits_withSeed(channel.data(), channel.size(), static_cast<std::uint64_t>(kind));
  auto group = buffer.FindGroup(hash, kind, channel);
  if (!group) group = buffer.AddGroup(hash, kind, channel, Route(channel));
  buffer.Add(*group, entry);
  if (kind != codec::KeyKind::kMessage) return {};
  const std::size_t bytes = buffer.group(*group).prefix.size() + entry.rest.size() + entry.value.size();
  const ShardId shard = buffer.group(*group).shard;
  noted_bytes_[shard] += bytes;
  context_.NoteWritten(shard, bytes);
  bytes_ += bytes;
  return {};
}

ShardId NewEntries::Route(std::string_view channel) { return context_.routes->FindOrPlace(channel).shard; }

}  // namespace rookery::store::bulk
