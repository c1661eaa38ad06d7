// Writes and deletes attachments: the rows of uploads, their publication, and the removal of what was never finished.
//
// Invariant: a chunk is on disk only together with the attachment row that owns it or with an upload row of the
// catalog; the last chunk, the attachment row, the message's count and the end of the upload row are one batch. So an
// attachment is seen whole or not at all, and what a crash leaves is found by its upload row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/catalog_format.h"
#include "codec/message_codec.h"
#include "rookery/attachment.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/attachment_rows.h"
#include "store/buckets/bucket_write.h"
#include "store/cache_write.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/growing_rows.h"
#include "store/striped_locks.h"

namespace rookery::store {

/// An upload under way.
struct UploadState {
  codec::Upload row;                      // as it is stored, but not before the first chunk
  std::optional<Timestamp> horizon = {};  // to be stored with its first row, as the generator of its id asks
};

/// A finished upload that asks to be seen.
struct Publication {
  UploadState upload;
  std::string_view name;
  std::string_view media_type;
  std::string_view author;
  IfExists if_exists = IfExists::kFail;
  std::uint64_t size = 0;
  Checksum128 checksum;
  std::optional<Timestamp> created_at;  // of a copy
  std::string_view last_chunk;          // empty: all chunks are written
};

/// Thread-safe.
class AttachmentEditor {
 public:
  /// `message_locks`: those under which messages are edited and deleted.
  AttachmentEditor(Context* context, const Catalog* catalog, Committer* committer, GrowingRows* growing_rows,
                   RowLocks* message_locks)
      : context_(*context),
        catalog_(*catalog),
        committer_(*committer),
        growing_rows_(*growing_rows),
        message_locks_(*message_locks) {}

  const Limits& limits() const { return context_.limits; }
  /// An upload with its id. kNotFound: there is no such message. kAlreadyExists: it has the attachment, and the options
  /// do not say replace; this is a look ahead, Publish decides. kBusy: as Store::Post.
  Result<UploadState> Begin(std::string_view channel, MessageId id, std::string_view name, IfExists if_exists) const;
  /// Stores the next chunk of an upload.
  Status WriteChunk(UploadState* upload, std::string_view author, std::string_view data);
  Result<AttachmentInfo> Publish(const Publication& publication, const WriteOptions& options);
  /// Removes the chunks of an upload that was not finished, and its row.
  Status Remove(const codec::Upload& upload);
  /// Removes all uploads that the catalog knows. REQUIRES: none is under way.
  Status RemoveAll();

  Result<bool> Delete(std::string_view channel, MessageId id, std::string_view name, const WriteOptions& options);

 private:
  struct MessageRow;

  Result<AttachmentInfo> TryPublish(const Publication& publication, WriteAttempt* attempt);
  Result<bool> TryDelete(std::string_view channel, MessageId id, std::string_view name, WriteAttempt* attempt);

  void AddChunk(const codec::Upload& upload, ShardId shard, std::string_view author, std::string_view data,
                Timestamp now, WriteScratch* scratch);
  /// The shard of a message that exists; kNotFound.
  /// Reads the message. kNotFound.
  Result<MessageRow> ReadMessage(const routing::Router& router, std::string_view channel, MessageId id) const;
  /// Adds the message's row with another number of attachments.
  void AddMessage(std::string_view channel, MessageId id, const MessageRow& row, std::uint32_t attachment_count,
                  WriteScratch* scratch, CacheWrite* cache_write, BucketWrite* bucket_write) const;

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  GrowingRows& growing_rows_;
  RowLocks& message_locks_;
};

}  // namespace rookery::store
