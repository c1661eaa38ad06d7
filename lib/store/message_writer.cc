#include "store/message_writer.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/attachment_rows.h"
#include "store/buckets/bucket_write.h"
#include "store/buckets/live_reader.h"
#include "store/cache_write.h"
#include "store/channel_guard.h"
#include "store/limits.h"
#include "store/row_error.h"
#include "store/version_check.h"

namespace rookery::store {
namespace {

/// After so many deletes in a bucket one looks what a reader would have to step over: the readers then need not.
constexpr std::uint64_t kProbe = 512;
/// So many that a delete waits for the writes under way to look.
constexpr std::uint64_t kOverdue = 8 * kProbe;

}  // namespace

Result<Version> MessageWriter::Edit(std::string_view channel, MessageId id, const MessageEdit& edit,
                                    const WriteOptions& options) {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckMessageId(id, "id"));
  RK_TRY(CheckEdit(edit, context_.limits));
  if (context_.admission) {
    RK_TRY(context_.admission->Admit(channel, {.bytes = static_cast<double>(channel.size() + BytesOf(edit))}));
  }
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryEdit(channel, id, edit, attempt); });
}

Result<Version> MessageWriter::TryEdit(std::string_view channel, MessageId id, const MessageEdit& edit,
                                       WriteAttempt* attempt) {
  RK_TRY(committer_.CheckWritable());
  const Status not_found(StatusCode::kNotFound,
                         "channel " + base::Quoted(channel) + " has no message " + std::to_string(id.value));
  const std::string key = codec::MessageKeyOf(channel, id);
  RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, channel, attempt));
  const auto shard = context_.FindMessage(context_.routes.current(), channel, id);
  if (!shard) return not_found;
  const engine::KeyspaceId keyspace = context_.KeyspaceOf(*shard);
  const std::lock_guard lock(locks_.For(key));
  RK_ASSIGN_OR_RETURN(const auto value, context_.engine->Get(keyspace, key));
  if (value == nullptr) return not_found;
  const auto stored = codec::DecodeMessage(value->view(), id, context_.epoch);
  if (!stored) return UnreadableMessage(*shard, channel, id, value->view());
  if (Status status = CheckVersion(edit.expected_version, stored->version()); !status.ok()) {
    context_.counters.version_conflicts.Add();
    return status;
  }
  RK_TRY(CheckNotLast(stored->version(), "message " + std::to_string(id.value)));

  std::vector<Attribute> attributes;
  codec::MessageFields fields = codec::FieldsOf(*stored, &attributes);
  if (edit.content) fields.content = *edit.content;
  if (edit.flags) fields.flags = *edit.flags;
  if (edit.attributes) {
    attributes = *edit.attributes;
    std::sort(attributes.begin(), attributes.end(),
              [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
    fields.attributes = attributes;
  }
  fields.edited_at = edit.edited_at.value_or(context_.clock->Now());
  fields.version = Version{stored->version().value + 1};

  const auto scratch = committer_.NewScratch();
  const std::string_view row = scratch->encoder.EncodeMessage(fields);
  scratch->batch->Put(keyspace, key, row);
  context_.NoteWritten(*shard, key.size() + row.size());
  CacheWrite cache_write(context_.cache.get());
  cache_write.Stores(channel, id, row, /*is_new=*/false);
  BucketWrite bucket_write(context_.buckets.get());
  bucket_write.Edits(keyspace, channel, id,
                     static_cast<std::int64_t>(row.size()) - static_cast<std::int64_t>(value->view().size()),
                     scratch->batch.get());
  cache_write.Begin();
  RK_TRY(bucket_write.Finish(committer_.Commit(*scratch->batch, attempt)));
  cache_write.Committed();
  context_.counters.messages_edited.Add();
  return fields.version;
}

Result<bool> MessageWriter::Delete(std::string_view channel, MessageId id, const DeleteOptions& options) {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckMessageId(id, "id"));
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryDelete(channel, id, options, attempt); });
}

Result<bool> MessageWriter::TryDelete(std::string_view channel, MessageId id, const DeleteOptions& options,
                                      WriteAttempt* attempt) {
  RK_TRY(committer_.CheckWritable());
  RK_ASSIGN_OR_RETURN(const Deletion deletion, DeleteLocked(channel, id, options, attempt));
  if (deletion.existed) AfterDeletion(channel, deletion);
  return deletion.existed;
}

Result<MessageWriter::Deletion> MessageWriter::DeleteLocked(std::string_view channel, MessageId id,
                                                            const DeleteOptions& options, WriteAttempt* attempt) {
  const std::string key = codec::MessageKeyOf(channel, id);
  RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, channel, attempt));
  const auto shard = context_.FindMessage(context_.routes.current(), channel, id);
  const std::lock_guard lock(locks_.For(key));
  std::unique_ptr<engine::PinnedValue> value;
  if (shard) {
    RK_ASSIGN_OR_RETURN(value, context_.engine->Get(context_.KeyspaceOf(*shard), key));
  }
  const auto stored = value ? codec::DecodeMessage(value->view(), id, context_.epoch) : std::nullopt;
  // A row that cannot be decoded may be deleted, unless its version matters.
  if (value && !stored && options.expected_version) return UnreadableMessage(*shard, channel, id, value->view());
  if (Status status = CheckVersion(options.expected_version, stored ? stored->version() : Version{}); !status.ok()) {
    context_.counters.version_conflicts.Add();
    return status;
  }
  if (!value) return Deletion{.id = id};

  const engine::KeyspaceId keyspace = context_.KeyspaceOf(*shard);
  const auto scratch = committer_.NewScratch();
  scratch->batch->Delete(keyspace, key);
  const auto home = context_.routes->Find(channel);
  if (home && stored && stored->nonce_remembered()) {
    scratch->batch->Delete(context_.KeyspaceOf(*home), codec::NonceKeyOf(channel, stored->nonce()));
  }
  // What a row that cannot be decoded has is looked for.
  std::uint64_t attachments = 0;
  if (!stored || stored->attachment_count() > 0) {
    const AttachmentRows rows(context_, *shard, channel, id, /*snapshot=*/nullptr);
    RK_ASSIGN_OR_RETURN(attachments, rows.DeleteAll(scratch->batch.get()));
  }
  CacheWrite cache_write(context_.cache.get());
  BucketWrite bucket_write(context_.buckets.get());
  cache_write.Deletes(channel, id);
  RK_TRY(bucket_write.Deletes(keyspace, channel, id, key.size() + value->view().size(), scratch->batch.get()));
  cache_write.Begin();
  RK_TRY(bucket_write.Finish(committer_.Commit(*scratch->batch, attempt)));
  cache_write.Committed();
  context_.counters.messages_deleted.Add();
  context_.counters.attachments_deleted.Add(attachments);
  return Deletion{.id = id,
                  .shard = *shard,
                  .existed = true,
                  .emptied = bucket_write.emptied(),
                  .unprobed = bucket_write.unprobed()};
}

void MessageWriter::AfterDeletion(std::string_view channel, const Deletion& deletion) {
  keeper_.NoteTombstone(deletion.shard);
  // The message is deleted, whatever comes of these: what fails here the next writer or reader meets as well.
  if (deletion.emptied) keeper_.Bury(channel);
  if (deletion.unprobed >= kProbe) {
    const auto effort = deletion.unprobed < kOverdue ? LiveReader::Effort::kIfFree : LiveReader::Effort::kWait;
    static_cast<void>(LiveReader::Probe(context_, channel, deletion.id, effort));
  }
  keeper_.AfterWrite();
}

}  // namespace rookery::store
