// Edits and deletes messages: reads the stored version, checks it, writes the next one, under the row's lock.
#pragma once

#include <optional>
#include <string_view>

#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/buckets/bucket_keeper.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/striped_locks.h"

namespace rookery::store {

/// Thread-safe.
class MessageWriter {
 public:
  MessageWriter(Context* context, Committer* committer, BucketKeeper* keeper)
      : context_(*context), committer_(*committer), keeper_(*keeper) {}

  Result<Version> Edit(std::string_view channel, MessageId id, const MessageEdit& edit, const WriteOptions& options);
  Result<bool> Delete(std::string_view channel, MessageId id, const DeleteOptions& options);

  /// Held by row key by whoever reads a message and writes it again.
  RowLocks& row_locks() { return locks_; }

 private:
  struct Deletion {
    MessageId id;
    ShardId shard = {};
    bool existed = false;
    bool emptied = false;        // a bucket
    std::uint64_t unprobed = 0;  // deletes since somebody looked for graves there
  };
  Result<Deletion> DeleteLocked(std::string_view channel, MessageId id, const DeleteOptions& options,
                                WriteAttempt* attempt);
  void AfterDeletion(std::string_view channel, const Deletion& deletion);
  Result<Version> TryEdit(std::string_view channel, MessageId id, const MessageEdit& edit, WriteAttempt* attempt);
  Result<bool> TryDelete(std::string_view channel, MessageId id, const DeleteOptions& options, WriteAttempt* attempt);

  Context& context_;
  Committer& committer_;
  BucketKeeper& keeper_;
  RowLocks locks_;
};

}  // namespace rookery::store
