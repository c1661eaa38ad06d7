#include "store/attachment_rows.h"

#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "store/catalog.h"
#include "store/row_error.h"

namespace rookery::store {

using codec::KeyKind;

StoredAttachment ToStored(std::string_view name, const codec::AttachmentFields& fields) {
  return {.info = {.name = std::string(name),
                   .media_type = std::string(fields.media_type),
                   .author = std::string(fields.author),
                   .size = fields.size,
                   .chunks = fields.chunk_count(),
                   .created_at = fields.created_at,
                   .checksum = fields.checksum},
          .id = fields.id};
}

std::string AttachmentName(std::string_view channel, MessageId id, std::string_view name) {
  return "attachment " + base::Quoted(name) + " of " + MessageName(channel, id);
}

void DeleteChunks(engine::Batch* batch, engine::KeyspaceId keyspace, const codec::ChunkPlace& place,
                  std::uint32_t count) {
  for (std::uint32_t index = 0; index < count; ++index) batch->Delete(keyspace, codec::ChunkKeyOf(place, index));
}

Result<std::optional<StoredAttachment>> AttachmentRows::Find(std::string_view name) const {
  auto got = context_.engine->Get(keyspace(), codec::AttachmentKeyOf(channel_, id_, name), snapshot_);
  if (!got) return DamagedBelow(std::move(got).error(), shard_, AttachmentName(channel_, id_, name));
  const auto value = *std::move(got);
  if (value == nullptr) return std::optional<StoredAttachment>();
  const auto fields = codec::DecodeAttachment(value->view());
  if (!fields) return UnreadableRow(shard_, AttachmentName(channel_, id_, name), value->view());
  return std::optional(ToStored(name, *fields));
}

Result<std::vector<StoredAttachment>> AttachmentRows::List() const {
  std::vector<StoredAttachment> attachments;
  const std::size_t prefix = codec::MessagePrefix(KeyKind::kAttachment, channel_, id_).size();
  RK_TRY(Visit(KeyKind::kAttachment, [&](std::string_view key, std::string_view value) -> Status {
    const std::string_view name = key.substr(prefix);
    const auto fields = codec::DecodeAttachment(value);
    if (!fields) return UnreadableRow(shard_, AttachmentName(channel_, id_, name), value);
    attachments.push_back(ToStored(name, *fields));
    return {};
  }));
  return attachments;
}

Result<std::uint64_t> AttachmentRows::DeleteAll(engine::Batch* batch) const {
  std::uint64_t deleted = 0;
  bool all_decoded = true;
  RK_TRY(Visit(KeyKind::kAttachment, [&](std::string_view key, std::string_view value) -> Status {
    ++deleted;
    batch->Delete(keyspace(), key);
    const auto fields = codec::DecodeAttachment(value);
    all_decoded = all_decoded && fields;
    if (fields) DeleteChunks(batch, keyspace(), {channel_, id_, fields->id}, fields->chunk_count());
    return {};
  }));
  if (!all_decoded) RK_TRY(DeleteOwnerlessChunks(batch));
  return deleted;
}

Status AttachmentRows::DeleteOwnerlessChunks(engine::Batch* batch) const {
  const Catalog catalog(context_.engine.get(), context_.catalog);
  codec::AttachmentId attachment;
  bool uploading = false;
  return Visit(KeyKind::kChunk, [&](std::string_view key, std::string_view) -> Status {
    const auto decoded = codec::DecodeKey(key);
    if (decoded && decoded->attachment != attachment) {
      attachment = decoded->attachment;
      RK_ASSIGN_OR_RETURN(uploading, catalog.IsUploading(attachment, snapshot_));
    }
    if (decoded && !uploading) batch->Delete(keyspace(), key);
    return {};
  });
}

Status AttachmentRows::Visit(KeyKind kind,
                             const std::function<Status(std::string_view, std::string_view)>& visit) const {
  const std::string lower = codec::MessagePrefix(kind, channel_, id_);
  const std::string upper = codec::PrefixEnd(lower);
  const auto cursor = context_.engine->NewCursor(keyspace(), {.lower = lower, .upper = upper, .snapshot = snapshot_});
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) RK_TRY(visit(cursor->key(), cursor->value()));
  Status status = cursor->status();
  return status.ok() ? Status()
                     : DamagedBelow(std::move(status), shard_, "an attachment of " + MessageName(channel_, id_));
}

}  // namespace rookery::store
