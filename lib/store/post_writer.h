// Posting: turns new messages into rows of one engine batch, whatever shards they go to.
//
// Invariant: a (channel, id) is written once. Ids that the store makes are unique by the generator; a message that brings
// its id or a nonce holds its channel exclusively while it looks for an earlier one and writes.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/store.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/striped_locks.h"

namespace rookery::store {

/// Thread-safe.
class PostWriter {
 public:
  /// `highest_supplied`: what the catalog knows of ids that callers brought.
  PostWriter(Context* context, const Catalog* catalog, Committer* committer, std::optional<MessageId> highest_supplied)
      : context_(*context),
        catalog_(*catalog),
        committer_(*committer),
        highest_supplied_(highest_supplied.value_or(MessageId{}).value) {}

  Result<MessageId> Post(const NewMessage& message, const WriteOptions& options);
  Result<std::vector<Posted>> PostBatch(std::span<const NewMessage> messages, const BatchOptions& options);

 private:
  /// One message whose id the store makes and that needs no look at what is stored: the hot path.
  Result<MessageId> PostPlain(const NewMessage& message, std::optional<Durability> durability);
  /// Fills in ids for messages that have none, past any that a caller supplied before or with the same batch.
  Status MakeIds(std::span<const NewMessage* const> messages, std::span<const MessageId> supplied,
                 std::span<MessageId> ids, std::optional<Timestamp>* horizon);
  /// Remembers that callers brought these ids. The lock, if any, is to be held until the batch is written.
  std::unique_lock<std::mutex> RaiseHighestSupplied(std::span<const MessageId> sorted_ids, WriteScratch* scratch);
  /// Adds the message's rows to the batch.
  void AddRows(const NewMessage& message, MessageId id, const routing::WriteRoute& route, WriteScratch* scratch);
  void AddBookkeeping(const std::optional<Timestamp>& horizon, WriteScratch* scratch) const;
  Result<bool> Exists(std::string_view channel, MessageId id) const;

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  ChannelLocks locks_;
  std::mutex raise_mutex_;
  std::atomic<std::uint64_t> highest_supplied_;
};

}  // namespace rookery::store
