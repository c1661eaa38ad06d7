// Turns messages into entries of the sorting buffers: checks them, gives them ids, routes and encodes them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "codec/message_codec.h"
#include "rookery/bulk_loader.h"
#include "rookery/message.h"
#include "store/bulk/spiller.h"
#include "store/context.h"

namespace rookery::store::bulk {

/// Used by one thread.
class NewEntries {
 public:
  NewEntries(Context* context, Spiller* spiller) : context_(*context), spiller_(*spiller) {}

  /// All or, if it answers kInvalidArgument, none. Other errors are of ids and of spilling.
  /// kInvalidArgument, kUnsupported: one of them is not to be added.
  Status Check(std::span<const NewMessage> messages) const;
  Status Add(std::span<const NewMessage> messages, const BulkMessageOptions& options);

  // What was added so far.
  std::uint64_t count() const { return count_; }
  std::uint64_t bytes() const { return bytes_; }
  bool any_nonces() const { return any_nonces_; }
  /// Of those that messages brought and those that were made for them.
  MessageId highest_id() const { return highest_id_; }
  /// What must be stored before an id that was made is.
  const std::optional<Timestamp>& horizon() const { return horizon_; }
  /// Told to the router, by shard.
  const std::map<ShardId, std::uint64_t>& noted_bytes() const { return noted_bytes_; }

 private:
  Status AddOne(const NewMessage& message, MessageId made, Timestamp now, const BulkMessageOptions& options);
  Status AddEntry(codec::KeyKind kind, std::string_view channel, const Entry& entry);
  ShardId Route(std::string_view channel);

  Context& context_;
  Spiller& spiller_;
  codec::RowEncoder encoder_;
  std::vector<MessageId> made_;
  std::string rest_;
  std::vector<Attribute> sorted_;
  std::uint64_t count_ = 0;
  std::uint64_t bytes_ = 0;
  bool any_nonces_ = false;
  MessageId highest_id_;
  std::optional<Timestamp> horizon_;
  std::map<ShardId, std::uint64_t> noted_bytes_;
};

}  // namespace rookery::store::bulk
