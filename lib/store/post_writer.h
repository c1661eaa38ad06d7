// Posting: turns new messages into rows of one engine batch, whatever shards they go to.
//
// Invariant: a (channel, id) is written once. Ids that the store makes are unique by the generator; a message that
// brings its id or a nonce holds its channel exclusively while it looks for an earlier one and writes.
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <vector>

#include "codec/id_generator.h"
#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/store.h"
#include "store/buckets/bucket_keeper.h"
#include "store/buckets/bucket_write.h"
#include "store/cache_write.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/duplicate_finder.h"
#include "store/growing_rows.h"
#include "store/post_journal.h"
#include "store/striped_locks.h"

namespace rookery::store {

/// Thread-safe.
class PostWriter {
 public:
  /// `highest_supplied`: what the catalog knows of ids that callers brought.
  PostWriter(Context* context, const Catalog* catalog, Committer* committer, GrowingRows* growing_rows,
             BucketKeeper* keeper, std::optional<MessageId> highest_supplied)
      : context_(*context),
        catalog_(*catalog),
        committer_(*committer),
        growing_rows_(*growing_rows),
        keeper_(*keeper),
        highest_supplied_(highest_supplied.value_or(MessageId{}).value) {}

  Result<MessageId> Post(const NewMessage& message, const WriteOptions& options);
  Result<std::vector<Posted>> PostBatch(std::span<const NewMessage> messages, const BatchOptions& options);
  /// The same for messages that were checked, and that the caller has asked admission for: kBusy is then the store's as
  /// a whole.
  Result<std::vector<Posted>> PostAdmitted(std::span<const NewMessage> messages, const BatchOptions& options);

  // --- For a bulk load, which writes messages by another way -------------------------------------------------------
  PostJournal& journal() { return journal_; }
  /// An id up to `id` may be taken soon.
  void RaiseHighestSupplied(MessageId id);

 private:
  /// One message whose id the store makes and that needs no look at what is stored: the hot path.
  Result<MessageId> TryPost(const NewMessage& message, WriteAttempt* attempt);
  Result<std::vector<Posted>> TryPostBatch(std::span<const NewMessage> messages, const BatchOptions& options,
                                           WriteAttempt* attempt);
  Result<MessageId> PostPlainLocked(const NewMessage& message, WriteAttempt* attempt);
  Result<std::vector<Draft>> PostBatchLocked(std::span<const NewMessage> messages, const BatchOptions& options,
                                             WriteAttempt* attempt);
  /// Gives every draft its id: the one that was found or supplied, its twin's, or a new one.
  Result<BatchNeeds> AssignIds(std::span<const NewMessage> messages, std::vector<Draft>* drafts);
  /// The indexes of the messages in the order in which their rows are written.
  std::vector<std::uint32_t> OrderOf(std::span<const NewMessage> messages) const;
  /// Writes those that are not stored yet and returns how many they were.
  Result<std::size_t> WriteDrafts(std::span<const NewMessage> messages, std::span<const Draft> drafts,
                                  const BatchNeeds& needs, WriteAttempt* attempt);
  /// Makes ids for messages that have none, past any that a caller supplied before or with the same batch.
  Status MakeIds(std::span<const NewMessage* const> messages, std::span<const MessageId> supplied,
                 std::span<MessageId> ids, codec::IdIssue* issue);
  /// Adds the message's rows to the batch. `now`: when it was posted.
  void AddRows(const NewMessage& message, MessageId id, Timestamp now, const routing::WriteRoute& route,
               WriteScratch* scratch, CacheWrite* cache_write, BucketWrite* bucket_write);
  Result<bool> Exists(std::string_view channel, MessageId id) const;

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  GrowingRows& growing_rows_;
  BucketKeeper& keeper_;
  PostJournal journal_;
  /// Up to here an id that the store makes may be taken. Raised before the write, which may yet fail: what is stored is
  /// GrowingRows' to know.
  std::atomic<std::uint64_t> highest_supplied_;
};

}  // namespace rookery::store
