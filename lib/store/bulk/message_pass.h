// The messages of one shard, walked beside the stored ones and written as they come.
//
// Keys come one after the other, so that two messages with one id are neighbours. Most ids are one message's and not
// stored: those are written at once. Where an id is wanted twice the pass notes a tangle and writes nothing more; the
// next pass gathers what is in the tangle's reach and settles it before it writes it.
#pragma once

#include <string>
#include <vector>

#include "store/bulk/shard_load.h"
#include "store/bulk/stored_rows.h"

namespace rookery::store::bulk {

/// Used by one thread, for one pass.
class MessagePass {
 public:
  MessagePass(ShardLoad* part, const engine::Snapshot* snapshot, Tangles* tangles);

  /// The pass counts only if no tangle was noted.
  Status Run();

 private:
  Status RunChannel();
  Status TakeRow(const Entry& entry);
  /// A row that is in no tangle.
  Status TakeUntangled(const Entry& entry, MessageId id);
  /// Whether the message is the one with this row, which has its id.
  Result<bool> IsSameAs(const Entry& entry, MessageId id, std::string_view row) const;
  Status NoteTangle(const Entry& entry, MessageId id);

  /// Leaves the range that is being gathered, if `id` is not in it, and enters the one that it is in.
  Status ChangeRange(MessageId id);
  Status Gather(const Entry& entry, MessageId id);
  Status SettleGathered();

  Status Write(MessageId id, std::string_view row, std::uint8_t flags);
  void Existed(std::uint64_t index, std::uint8_t flags);
  Status Refuse(std::uint64_t index, std::uint64_t tag, std::uint8_t flags, MessageId id);
  std::string ChannelName() const;

  ShardLoad& part_;
  LoadContext& load_;
  const engine::Snapshot* const snapshot_;
  Tangles& tangles_;
  StoredRows stored_;
  MergedRows rows_;
  bool writing_ = true;  // no tangle was noted yet

  // Of the channel:
  std::string key_;  // of the row
  std::size_t prefix_length_ = 0;
  MessageId last_id_;                             // of the row before
  std::string last_row_;                          // whose message has last_id_; empty: a stored one
  const std::vector<IdRange>* ranges_ = nullptr;  // its tangles
  std::size_t next_range_ = 0;                    // the highest that was not left yet
  std::vector<Claim> claims_;                     // gathered from ranges_[next_range_]
  std::size_t claim_bytes_ = 0;
};

}  // namespace rookery::store::bulk
