// Checks the attachments of one shard: that each has its message and all its chunks, that checksums hold, and that no
// chunk is without an owner.
//
// Idea: rows come in key order, so first all attachments, then all chunks, both by message. The chunks are walked
// beside a second cursor over the attachments; memory holds the attachments of one message.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/checksum.h"
#include "codec/key_format.h"
#include "engine/engine.h"
#include "rookery/status.h"
#include "store/attachment_rows.h"
#include "store/context.h"

namespace rookery::store {

/// Owned by one thread. Errors are reads that failed; damage is reported.
class AttachmentVerifier {
 public:
  using Report = std::function<void(std::string where, std::string what)>;

  /// Whether the rows of a part are none of the verifier's business.
  using Skips = std::function<bool(const routing::Part& part)>;

  AttachmentVerifier(const Context& context, ShardId shard, const engine::Snapshot* snapshot, Skips skips,
                     Report report);

  /// Of every message that says that it has attachments.
  Status TakeMessage(const codec::DecodedKey& key);
  /// Of every attachment's row.
  Status TakeAttachment(const codec::DecodedKey& key);
  /// Of every chunk. REQUIRES: all attachments were taken.
  Status TakeChunk(const codec::DecodedKey& key, std::string_view key_bytes, std::string_view value);
  /// After the last row of the shard.
  Status Finish();

 private:
  /// An attachment whose chunks come by.
  struct Owner {
    StoredAttachment stored;
    std::uint32_t next_chunk = 0;
    codec::RunningChecksum checksum = {};
    bool damaged = false;  // reported already: the checksum of the whole would say it again
  };

  /// Compares the attachments that a message has with what it says.
  Status EndMessage();
  /// Moves the second cursor to the next message that has attachments.
  Status NextOwners();
  void EndOwners();
  Owner* FindOwner(codec::AttachmentId attachment);
  Status CheckStray(const codec::DecodedKey& key);
  void CheckChunk(const codec::DecodedKey& key, std::string_view value, Owner* owner);

  const Context& context_;
  const ShardId shard_;
  const engine::Snapshot* const snapshot_;
  const Skips skips_;
  const Report report_;

  // Of the attachments: those of one message.
  std::string channel_;
  MessageId id_;
  std::uint64_t count_ = 0;  // 0: none yet

  // Of the chunks.
  std::unique_ptr<engine::Cursor> rows_;  // null: not begun
  std::string lower_;
  std::string upper_;
  std::string place_;  // of the owners: their message as in the keys; empty: no more follow
  std::string owner_channel_;
  MessageId owner_id_;
  std::vector<Owner> owners_;
  codec::AttachmentId stray_;  // the last one without an owner
};

}  // namespace rookery::store
