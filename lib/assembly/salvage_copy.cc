#include "assembly/salvage_copy.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "assembly/salvage_source.h"
#include "base/macros.h"
#include "base/text.h"
#include "codec/bucket_row.h"
#include "codec/message_codec.h"
#include "store/chunk_reader.h"
#include "store/message_copy.h"
#include "store/parts.h"
#include "store/upload.h"

namespace rookery::assembly {
namespace {

using codec::KeyKind;

constexpr std::size_t kMessagesAtOnce = 1000;
constexpr std::size_t kBytesAtOnce = std::size_t{1} << 20;

/// Does it again for as long as the engine has to catch up.
template <typename Write>
Status Patiently(const Write& write) {
  constexpr int kTries = 100;
  for (int i = 1;; ++i) {
    Status status = write();
    if (status.code() != StatusCode::kBusy || i == kTries) return status;
    std::this_thread::sleep_for(status.retry_after().value_or(std::chrono::milliseconds{100}));
  }
}

}  // namespace

SalvageCopy::SalvageCopy(const Parts& parts, ShardId shard, engine::KeyspaceId keyspace)
    : parts_(parts), keyspace_(keyspace), rule_(parts.to.info().bucket_width) {
  counts_.cell = parts.cell;
  counts_.shard = shard;
}

Status SalvageCopy::Run() {
  RK_TRY(WalkPastDamage(parts_.from, keyspace_,
                        {.row = [this](std::string_view key, std::string_view value) { return TakeRow(key, value); },
                         .gap = [this](const WalkGap& gap) { AddGap(gap); }}));
  RK_TRY(WriteMessages());
  SalvageReport& report = parts_.report;
  for (const auto& [channel, count] : channels_) {
    if (!count.exact || count.copied >= count.counted) continue;
    report.channels.push_back({counts_.cell, counts_.shard, channel, count.counted, count.copied});
  }
  report.messages += counts_.messages;
  report.records += counts_.records;
  report.attachments += counts_.attachments;
  report.shards.push_back(counts_);
  return {};
}

/// Rows that a reshard job, or a move to another cell, has left.
bool SalvageCopy::IsElsewhere(const codec::DecodedKey& key) const {
  if (parts_.is_left(key.channel)) return true;
  const routing::Router* const router = parts_.catalog.router();
  if (router == nullptr) return false;
  routing::Part part{key.channel};
  if (router->SpreadOf(key.channel) != nullptr) part.bucket = store::BucketOfRow(rule_, key);
  const auto shard = router->FindPart(part);
  return shard && *shard != counts_.shard;
}

Status SalvageCopy::TakeRow(std::string_view key, std::string_view value) {
  const auto decoded = codec::DecodeKey(key);
  if (!decoded) {
    LoseRow(key);
    return {};
  }
  if (IsElsewhere(*decoded)) return {};
  if (decoded->kind != KeyKind::kMessage) RK_TRY(WriteMessages());
  switch (decoded->kind) {
    case KeyKind::kMessage:
      return TakeMessage(*decoded, value);
    case KeyKind::kRecord:
      return TakeRecord(*decoded, value);
    case KeyKind::kBucket:
    case KeyKind::kBucketMark:
      TakeBucket(*decoded, value);
      return {};
    case KeyKind::kAttachment:
      return TakeAttachment(*decoded, value);
    case KeyKind::kNonce:
    case KeyKind::kChunk:
      return {};  // they come with their messages and attachments
  }
  return {};
}

Status SalvageCopy::TakeMessage(const codec::DecodedKey& key, std::string_view value) {
  const std::string& row = rows_.emplace_back(value);
  const auto message = codec::DecodeMessage(row, key.id, parts_.to.context().epoch);
  if (!message) {
    rows_.pop_back();
    LoseRow(codec::MessageKeyOf(key.channel, key.id));
    return {};
  }
  messages_.push_back(store::CopyOf(names_.emplace_back(key.channel), *message));
  bytes_ += value.size();
  if (messages_.size() < kMessagesAtOnce && bytes_ < kBytesAtOnce) return {};
  return WriteMessages();
}

Status SalvageCopy::WriteMessages() {
  if (messages_.empty()) return {};
  Result<std::vector<Posted>> posted = std::vector<Posted>();
  const Status together = Patiently([&] {
    posted = parts_.to.posts().PostAdmitted(messages_, {});
    return posted.status();
  });
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    // A nonce that another message has: its own is kept, but leads to that one.
    const bool is_there = together.ok() && (*posted)[i].id == messages_[i].id;
    if (!is_there) RK_TRY(WriteOne(messages_[i]));
    if (is_there) ++counts_.messages;
    if (is_there) ++channels_[names_[i]].copied;
  }
  messages_.clear();
  names_.clear();
  rows_.clear();
  bytes_ = 0;
  return Tell();
}

Status SalvageCopy::WriteOne(const NewMessage& message) {
  NewMessage alone = message;
  bool stored = false;
  const auto post = [&]() -> Status {
    RK_ASSIGN_OR_RETURN(const auto posted, parts_.to.posts().PostAdmitted({&alone, 1}, {}));
    stored = posted[0].id == message.id;
    return {};
  };
  Status status = Patiently(post);
  if (status.ok() && !stored) {
    alone.remember_nonce = false;
    status = Patiently(post);
  }
  if (status.code() == StatusCode::kInvalidArgument || status.code() == StatusCode::kAlreadyExists) {
    parts_.report.notes.push_back("message " + std::to_string(message.id.value) + " of channel " +
                                  base::Quoted(message.channel) + " is not copied: " + std::string(status.message()));
    LoseRow(codec::MessageKeyOf(message.channel, message.id));
    return {};
  }
  RK_TRY(std::move(status));
  ++counts_.messages;
  ++channels_[std::string(message.channel)].copied;
  return {};
}

Status SalvageCopy::TakeRecord(const codec::DecodedKey& key, std::string_view value) {
  const auto record = codec::DecodeRecord(value);
  if (!record) {
    LoseRow(codec::RecordKeyOf(key.channel, key.rest));
    return {};
  }
  const PutOptions options{.version = record->version, .updated_at = record->updated_at};
  Status put =
      Patiently([&] { return parts_.to.records().Put(key.channel, key.rest, record->value, options).status(); });
  if (put.code() == StatusCode::kInvalidArgument) {
    LoseRow(codec::RecordKeyOf(key.channel, key.rest));
    return {};
  }
  RK_TRY(std::move(put));
  ++counts_.records;
  return Tell();
}

void SalvageCopy::TakeBucket(const codec::DecodedKey& key, std::string_view value) {
  ChannelCount& count = channels_[key.channel];
  const auto row = key.kind == KeyKind::kBucket ? codec::DecodeBucket(value) : std::nullopt;
  // One that was written to since, or that waits to be counted, says nothing.
  if (!row || !row->counted) {
    count.exact = false;
  } else {
    count.counted += row->live;
  }
}

Status SalvageCopy::TakeAttachment(const codec::DecodedKey& key, std::string_view value) {
  RK_ASSIGN_OR_RETURN(const bool copied, CopyAttachment(key, value));
  ++(copied ? counts_.attachments : counts_.lost_attachments);
  if (!copied) {
    parts_.report.notes.push_back("attachment " + base::Quoted(key.rest) + " of message " +
                                  std::to_string(key.id.value) + " of channel " + base::Quoted(key.channel) +
                                  " is not whole, and not copied");
  }
  return Tell();
}

Result<bool> SalvageCopy::CopyAttachment(const codec::DecodedKey& key, std::string_view value) {
  const auto fields = codec::DecodeAttachment(value);
  if (!fields) return false;
  const AttachmentOptions options{.media_type = fields->media_type, .author = fields->author};
  auto upload = store::Upload::Begin(&parts_.to.attachments(), key.channel, key.id, key.rest, options);
  // Its message may be among what is lost.
  if (!upload &&
      (upload.error().code() == StatusCode::kNotFound || upload.error().code() == StatusCode::kInvalidArgument)) {
    return false;
  }
  if (!upload) return upload.error();
  (*upload)->SetCreatedAt(fields->created_at);
  for (std::uint32_t index = 0; index < fields->chunk_count(); ++index) {
    const auto chunk = parts_.from.Get(keyspace_, codec::ChunkKeyOf({key.channel, key.id, fields->id}, index));
    std::string_view data;
    const bool whole = chunk && *chunk != nullptr &&
                       store::ChunkDamage((*chunk)->view(), fields->id, index, fields->size, &data).empty();
    if (!whole) {
      RK_TRY((*upload)->Cancel());
      return false;
    }
    RK_TRY(Patiently([&] { return (*upload)->Append(data); }));
  }
  RK_TRY(Patiently([&] { return (*upload)->Finish({}).status(); }));
  return true;
}

void SalvageCopy::LoseRow(std::string_view key) {
  ++counts_.lost_rows;
  LostRange range = RangeOf(key, key);
  range.cell = counts_.cell;
  range.shard = counts_.shard;
  range.cause = "the row is damaged";
  parts_.report.ranges.push_back(std::move(range));
}

void SalvageCopy::AddGap(const WalkGap& gap) {
  LostRange range = RangeBetween(gap.after, gap.before);
  range.cell = counts_.cell;
  range.shard = counts_.shard;
  range.cause = std::string(gap.cause.message());
  parts_.report.ranges.push_back(std::move(range));
}

Status SalvageCopy::Tell() {
  const SalvageReport& report = parts_.report;
  const std::uint64_t rows = report.messages + report.records + counts_.messages + counts_.records;
  if (!parts_.options.progress || parts_.options.progress(rows)) return {};
  return {StatusCode::kInterrupted, "salvaging was stopped, and nothing was made"};
}

}  // namespace rookery::assembly
