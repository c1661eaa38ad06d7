// Reads an attachment of one state of the store, a chunk at a time, each checked before a byte of it is handed out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "rookery/attachment.h"
#include "rookery/status.h"
#include "store/attachment_rows.h"
#include "store/context.h"

namespace rookery::store {

/// What is wrong with a stored chunk; empty if it is the one that belongs there.
std::string ChunkDamage(std::string_view value, codec::AttachmentId attachment, std::uint32_t index,
                        std::uint64_t size_of_attachment, std::string_view* data);

/// Owned by one thread. Must be gone before the engine is closed.
class ChunkReader {
 public:
  /// Null if there is no such attachment.
  static Result<std::unique_ptr<ChunkReader>> Open(const Context& context, std::string_view channel, MessageId id,
                                                   std::string_view name,
                                                   std::shared_ptr<const engine::Snapshot> snapshot);

  // As those of AttachmentReader.
  const AttachmentInfo& info() const { return stored_.info; }
  std::uint64_t offset() const { return offset_; }
  Status Seek(std::uint64_t offset);
  Result<std::size_t> Read(std::span<char> buffer);
  Result<std::string_view> ReadChunk();

 private:
  ChunkReader(const Context& context, ShardId shard, std::string_view channel, MessageId id, StoredAttachment stored,
              std::shared_ptr<const engine::Snapshot> snapshot);
  /// The bytes at the offset that are in its chunk; empty at the end.
  Result<std::string_view> Here();
  Status Load(std::uint32_t index);

  const Context& context_;
  const ShardId shard_;
  const std::string channel_;
  const MessageId id_;
  const StoredAttachment stored_;
  const std::shared_ptr<const engine::Snapshot> snapshot_;
  std::uint64_t offset_ = 0;
  std::unique_ptr<engine::PinnedValue> value_;  // of the chunk that was loaded last
  std::string_view data_;                       // in value_
  std::optional<std::uint32_t> loaded_;
};

}  // namespace rookery::store
