// The rows of one message's attachments: reads them, lists them, and adds their deletion to a batch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "engine/engine.h"
#include "rookery/attachment.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/context.h"

namespace rookery::store {

/// A row of an attachment, apart from the engine.
struct StoredAttachment {
  AttachmentInfo info;
  codec::AttachmentId id;
};
StoredAttachment ToStored(std::string_view name, const codec::AttachmentFields& fields);

/// `attachment "cat.jpg" of message 5 of channel "general"`
std::string AttachmentName(std::string_view channel, MessageId id, std::string_view name);

/// Adds the deletion of the chunks [0, count) to the batch.
void DeleteChunks(engine::Batch* batch, engine::KeyspaceId keyspace, const codec::ChunkPlace& place,
                  std::uint32_t count);

/// Stateless beside what it is given, which must outlive it. `snapshot` may be null: the present state.
class AttachmentRows {
 public:
  AttachmentRows(const Context& context, ShardId shard, std::string_view channel, MessageId id,
                 const engine::Snapshot* snapshot)
      : context_(context), shard_(shard), channel_(channel), id_(id), snapshot_(snapshot) {}

  /// kCorruption, kFormatNewer: the row cannot be decoded.
  Result<std::optional<StoredAttachment>> Find(std::string_view name) const;
  /// All of the message, in the order of their names' bytes.
  Result<std::vector<StoredAttachment>> List() const;
  /// Adds the deletion of all rows and chunks of the message and returns how many attachments they were. Rows that
  /// cannot be decoded are deleted too, with all chunks of the message but those of uploads under way.
  Result<std::uint64_t> DeleteAll(engine::Batch* batch) const;

 private:
  /// Calls visit(key, value) for every row of the kind that the message has.
  Status Visit(codec::KeyKind kind, const std::function<Status(std::string_view, std::string_view)>& visit) const;
  Status DeleteOwnerlessChunks(engine::Batch* batch) const;
  engine::KeyspaceId keyspace() const { return context_.KeyspaceOf(shard_); }

  const Context& context_;
  const ShardId shard_;
  const std::string_view channel_;
  const MessageId id_;
  const engine::Snapshot* const snapshot_;
};

}  // namespace rookery::store
