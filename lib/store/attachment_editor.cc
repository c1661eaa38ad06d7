#include "store/attachment_editor.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "base/text.h"
#include "codec/checksum.h"
#include "codec/key_format.h"
#include "store/cache_write.h"
#include "store/channel_guard.h"
#include "store/limits.h"
#include "store/row_error.h"

namespace rookery::store {
namespace {

Status NoSuchMessage(std::string_view channel, MessageId id) {
  return {StatusCode::kNotFound, "channel " + base::Quoted(channel) + " has no message " + std::to_string(id.value)};
}

Status CheckNameIsFree(bool exists, std::string_view channel, MessageId id, std::string_view name, IfExists if_exists) {
  if (!exists || if_exists == IfExists::kReplace) return {};
  return {StatusCode::kAlreadyExists,
          "there is an " + AttachmentName(channel, id, name) + " already; replace it or choose another name"};
}

}  // namespace

/// A message as it is stored now. The view lives as long as the value.
struct AttachmentEditor::MessageRow {
  ShardId shard;
  std::string key;
  std::unique_ptr<engine::PinnedValue> value;
  MessageView view;
};

Result<AttachmentEditor::MessageRow> AttachmentEditor::ReadMessage(const routing::Router& router,
                                                                   std::string_view channel, MessageId id) const {
  const auto shard = context_.FindMessage(router, channel, id);
  if (!shard) return NoSuchMessage(channel, id);
  MessageRow row;
  row.shard = *shard;
  row.key = codec::MessageKeyOf(channel, id);
  auto got = context_.engine->Get(context_.KeyspaceOf(row.shard), row.key);
  if (!got) return DamagedBelow(std::move(got).error(), row.shard, MessageName(channel, id));
  row.value = *std::move(got);
  if (row.value == nullptr) return NoSuchMessage(channel, id);
  const auto view = codec::DecodeMessage(row.value->view(), id, context_.epoch);
  if (!view) return UnreadableMessage(row.shard, channel, id, row.value->view());
  row.view = *view;
  return row;
}

Result<UploadState> AttachmentEditor::Begin(std::string_view channel, MessageId id, std::string_view name,
                                            IfExists if_exists) const {
  RK_TRY(committer_.CheckWritable());
  RK_TRY(context_.routes.Read(nullptr, [&](const routing::Router& router) -> Status {
    RK_ASSIGN_OR_RETURN(const MessageRow message, ReadMessage(router, channel, id));
    if (message.view.attachment_count() == 0) return {};
    RK_ASSIGN_OR_RETURN(const auto found, AttachmentRows(context_, message.shard, channel, id, nullptr).Find(name));
    return CheckNameIsFree(found.has_value(), channel, id, name, if_exists);
  }));
  MessageId ids[1];
  codec::IdIssue issue;
  RK_TRY(context_.ids->Next(ids, &issue));
  return UploadState{.row = {.channel = std::string(channel),
                             .message = id,
                             .attachment = codec::AttachmentId{ids[0].value},
                             .chunk_count = 0},
                     .horizon = issue.horizon};
}

void AttachmentEditor::AddChunk(const codec::Upload& upload, ShardId shard, std::string_view author,
                                std::string_view data, Timestamp now, WriteScratch* scratch) {
  const std::string key = codec::ChunkKeyOf(upload.place(), upload.chunk_count);
  const std::string_view row = scratch->encoder.EncodeChunk({.attachment = upload.attachment,
                                                             .index = upload.chunk_count,
                                                             .data = data,
                                                             .author = author,
                                                             .created_at = now,
                                                             .checksum = codec::ChecksumOf(data)});
  scratch->batch->Put(context_.KeyspaceOf(shard), key, row);
  context_.NoteWritten(shard, key.size() + row.size());
}

Status AttachmentEditor::WriteChunk(UploadState* upload, std::string_view author, std::string_view data) {
  RK_TRY(committer_.CheckWritable());
  const BatchNeeds needs{.now = context_.clock->Now(), .horizon = upload->horizon};
  codec::Upload longer = upload->row;
  ++longer.chunk_count;
  // How durable it is to be is said when the upload is finished: a later sync makes all that is before it durable.
  RK_TRY(context_.gate->Run(Durability::kBuffered, {}, [&](WriteAttempt* attempt) -> Status {
    RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, upload->row.channel, attempt));
    const auto shard = context_.FindMessage(context_.routes.current(), upload->row.channel, upload->row.message);
    if (!shard) return NoSuchMessage(upload->row.channel, upload->row.message);
    const auto scratch = committer_.NewScratch();
    AddChunk(upload->row, *shard, author, data, needs.now, scratch.operator->());
    catalog_.PutUpload(scratch->batch.get(), longer);
    return growing_rows_.Commit(*scratch->batch, needs, attempt);
  }));
  upload->row = std::move(longer);
  upload->horizon.reset();
  return {};
}

void AttachmentEditor::AddMessage(std::string_view channel, MessageId id, const MessageRow& row,
                                  std::uint32_t attachment_count, WriteScratch* scratch, CacheWrite* cache_write,
                                  BucketWrite* bucket_write) const {
  std::vector<Attribute> attributes;
  codec::MessageFields fields = codec::FieldsOf(row.view, &attributes);
  fields.attachment_count = attachment_count;
  const std::string_view encoded = scratch->encoder.EncodeMessage(fields);
  const engine::KeyspaceId keyspace = context_.KeyspaceOf(row.shard);
  scratch->batch->Put(keyspace, row.key, encoded);
  cache_write->Stores(channel, id, encoded, /*is_new=*/false);
  const auto growth = static_cast<std::int64_t>(encoded.size()) - static_cast<std::int64_t>(row.value->view().size());
  bucket_write->Edits(keyspace, channel, id, growth, scratch->batch.get());
}

Result<AttachmentInfo> AttachmentEditor::Publish(const Publication& publication, const WriteOptions& options) {
  RK_TRY(committer_.CheckWritable());
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryPublish(publication, attempt); });
}

Result<AttachmentInfo> AttachmentEditor::TryPublish(const Publication& publication, WriteAttempt* attempt) {
  const codec::Upload& upload = publication.upload.row;
  RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, upload.channel, attempt));
  const std::lock_guard lock(message_locks_.For(codec::MessageKeyOf(upload.channel, upload.message)));
  RK_ASSIGN_OR_RETURN(const MessageRow message, ReadMessage(context_.routes.current(), upload.channel, upload.message));
  const AttachmentRows rows(context_, message.shard, upload.channel, upload.message, /*snapshot=*/nullptr);
  RK_ASSIGN_OR_RETURN(const auto replaced, rows.Find(publication.name));
  RK_TRY(
      CheckNameIsFree(replaced.has_value(), upload.channel, upload.message, publication.name, publication.if_exists));
  const std::uint32_t count = message.view.attachment_count();
  if (!replaced) RK_TRY(CheckAttachmentCount(count, context_.limits));

  const BatchNeeds needs{.now = context_.clock->Now(), .horizon = publication.upload.horizon};
  const auto scratch = committer_.NewScratch();
  const engine::KeyspaceId keyspace = context_.KeyspaceOf(message.shard);
  if (!publication.last_chunk.empty()) {
    AddChunk(upload, message.shard, publication.author, publication.last_chunk, needs.now, scratch.operator->());
  }
  if (upload.chunk_count > 0) catalog_.DeleteUpload(scratch->batch.get(), upload.attachment);
  if (replaced) {
    DeleteChunks(scratch->batch.get(), keyspace, {upload.channel, upload.message, replaced->id}, replaced->info.chunks);
  }
  const codec::AttachmentFields fields{.id = upload.attachment,
                                       .media_type = publication.media_type,
                                       .author = publication.author,
                                       .size = publication.size,
                                       .created_at = publication.created_at.value_or(needs.now),
                                       .checksum = publication.checksum};
  scratch->batch->Put(keyspace, codec::AttachmentKeyOf(upload.channel, upload.message, publication.name),
                      scratch->encoder.EncodeAttachment(fields));
  CacheWrite cache_write(context_.cache.get());
  BucketWrite bucket_write(context_.buckets.get());
  if (!replaced) {
    AddMessage(upload.channel, upload.message, message, count + 1, scratch.operator->(), &cache_write, &bucket_write);
    cache_write.Begin();
  }
  RK_TRY(bucket_write.Finish(growing_rows_.Commit(*scratch->batch, needs, attempt)));
  cache_write.Committed();
  context_.counters.attachments_stored.Add();
  context_.counters.attachment_bytes_stored.Add(publication.size);
  if (replaced) context_.counters.attachments_deleted.Add();
  return ToStored(publication.name, fields).info;
}

Status AttachmentEditor::Remove(const codec::Upload& upload) {
  constexpr std::uint32_t kChunksPerBatch = 4096;
  if (upload.chunk_count == 0) return {};
  RK_TRY(committer_.CheckWritable());
  // From the last one down, and the row at the end, so that what a crash leaves is found again.
  for (std::uint32_t left = upload.chunk_count; left > 0;) {
    const std::uint32_t count = std::min(left, kChunksPerBatch);
    RK_TRY(context_.gate->Run(Durability::kBuffered, {}, [&](WriteAttempt* attempt) -> Status {
      RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, upload.channel, attempt));
      const auto shard = context_.FindMessage(context_.routes.current(), upload.channel, upload.message);
      const auto scratch = committer_.NewScratch();
      for (std::uint32_t i = 1; shard && i <= count; ++i) {
        scratch->batch->Delete(context_.KeyspaceOf(*shard), codec::ChunkKeyOf(upload.place(), left - i));
      }
      if (left == count) catalog_.DeleteUpload(scratch->batch.get(), upload.attachment);
      return committer_.Commit(*scratch->batch, attempt);
    }));
    left -= count;
  }
  context_.counters.uploads_removed.Add();
  return {};
}

Status AttachmentEditor::RemoveAll() {
  RK_ASSIGN_OR_RETURN(const std::vector<codec::Upload> uploads, catalog_.ReadUploads());
  for (const codec::Upload& upload : uploads) RK_TRY(Remove(upload));
  return {};
}

Result<bool> AttachmentEditor::Delete(std::string_view channel, MessageId id, std::string_view name,
                                      const WriteOptions& options) {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckMessageId(id, "id"));
  RK_TRY(CheckAttachmentName(name));
  RK_TRY(committer_.CheckWritable());
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryDelete(channel, id, name, attempt); });
}

Result<bool> AttachmentEditor::TryDelete(std::string_view channel, MessageId id, std::string_view name,
                                         WriteAttempt* attempt) {
  RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, channel, attempt));
  const auto shard = context_.FindMessage(context_.routes.current(), channel, id);
  if (!shard) return false;
  const std::lock_guard lock(message_locks_.For(codec::MessageKeyOf(channel, id)));
  RK_ASSIGN_OR_RETURN(const auto found, AttachmentRows(context_, *shard, channel, id, nullptr).Find(name));
  if (!found) return false;
  auto message = ReadMessage(context_.routes.current(), channel, id);
  // Without its message an attachment can only be deleted.
  if (!message && message.error().code() != StatusCode::kNotFound) return std::move(message).error();

  const auto scratch = committer_.NewScratch();
  const engine::KeyspaceId keyspace = context_.KeyspaceOf(*shard);
  scratch->batch->Delete(keyspace, codec::AttachmentKeyOf(channel, id, name));
  DeleteChunks(scratch->batch.get(), keyspace, {channel, id, found->id}, found->info.chunks);
  CacheWrite cache_write(context_.cache.get());
  BucketWrite bucket_write(context_.buckets.get());
  if (message) {
    const std::uint32_t count = std::max<std::uint32_t>(message->view.attachment_count(), 1);
    AddMessage(channel, id, *message, count - 1, scratch.operator->(), &cache_write, &bucket_write);
    cache_write.Begin();
  }
  RK_TRY(bucket_write.Finish(committer_.Commit(*scratch->batch, attempt)));
  cache_write.Committed();
  context_.counters.attachments_deleted.Add();
  return true;
}

}  // namespace rookery::store
